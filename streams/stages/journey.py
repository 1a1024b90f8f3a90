"""Agent `journey`: all touches of a person or a company, answered to each of its enrollments."""

from msgspec.msgpack import Encoder

from streams.attribution.journey import JourneyFold, JourneyRow, decode_row
from streams.engine.ports import StageSpec
from streams.engine.rows import CachedRows, Codec
from streams.stages.world import World

CODEC = Codec(Encoder().encode, decode_row, single=lambda _group: False)


def journey(world: World) -> StageSpec:
    def fold(rows: CachedRows[JourneyRow], _partition: int) -> JourneyFold:
        return JourneyFold(rows, world.rules, world.topics.member, world.internal_partition)

    changelog, between = world.topics.changelog("journey"), world.between_stages
    return StageSpec("journey", world.topics.journey, changelog, CODEC, fold, hands_on=between)

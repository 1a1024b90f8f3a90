"""Agent `attribution`: what is said of each member, and what it adds up to."""

from msgspec.msgpack import Encoder

from streams.agents.world import World
from streams.engine.ports import StageSpec
from streams.engine.rows import CachedRows, Codec
from streams.folds.attribution import PLACES, AttributionFold, AttributionRow, decode_row
from streams.topics import CREDIT

CODEC = Codec(Encoder().encode, decode_row, single=lambda group: group != PLACES)


def attribution(world: World) -> StageSpec:
    def fold(rows: CachedRows[AttributionRow], partition: int) -> AttributionFold:
        return AttributionFold(
            rows,
            partition,
            world.rules,
            generation=world.version_base,
            credit_topic=CREDIT,
            tally_topic=world.topics.tally,
        )

    return StageSpec("attribution", world.topics.member, world.topics.changelog("attribution"), CODEC, fold)

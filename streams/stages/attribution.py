"""Agent `attribution`: what is said of each member, and what it adds up to."""

from msgspec.msgpack import Encoder

from streams.attribution.attribution import PLACES, AttributionFold, AttributionRow, decode_row
from streams.attribution.outcome import Outcomes
from streams.engine.ports import StageSpec
from streams.engine.rows import CachedRows, Codec
from streams.stages.world import World
from streams.topics.names import CREDIT

CODEC = Codec(Encoder().encode, decode_row, single=lambda group: group != PLACES)


def attribution(world: World) -> StageSpec:
    outcomes = Outcomes(world.rules)

    def fold(rows: CachedRows[AttributionRow], partition: int) -> AttributionFold:
        return AttributionFold(
            rows,
            partition,
            outcomes,
            generation=world.version_base,
            credit_topic=CREDIT,
            tally_topic=world.topics.tally,
        )

    changelog, between = world.topics.changelog("attribution"), world.between_stages
    return StageSpec("attribution", world.topics.member, changelog, CODEC, fold, hands_on=between)

"""Stage `attribution`: statements of members, and their sums by campaign."""

from msgspec.msgpack import Encoder

from streams.attribution.attribution import (
    PLACES,
    AttributionFold,
    AttributionRow,
    AttributionTopics,
    decode_row,
)
from streams.attribution.outcome import Outcomes
from streams.engine.ports import StageSpec
from streams.engine.rows import CachedRows, Codec
from streams.stages.context import StageContext
from streams.topics.names import CREDIT

CODEC = Codec(Encoder().encode, decode_row, single=lambda group: group != PLACES)


def attribution(context: StageContext) -> StageSpec:
    outcomes = Outcomes(context.rules)

    def fold(rows: CachedRows[AttributionRow], partition: int) -> AttributionFold:
        return AttributionFold(
            rows, partition, outcomes, context.version_base, AttributionTopics(CREDIT, context.topics.tally)
        )

    changelog, between = context.topics.changelog("attribution"), context.between_stages
    return StageSpec("attribution", context.topics.member, changelog, CODEC, fold, downstream_topics=between)

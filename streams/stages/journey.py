"""Stage `journey`: answers each enrollment of a person or a company with its touches."""

from msgspec.msgpack import Encoder

from streams.attribution.journey import JourneyFold, JourneyRow, decode_row
from streams.engine.ports import StageSpec
from streams.engine.rows import CachedRows, Codec
from streams.stages.context import StageContext

CODEC = Codec(Encoder().encode, decode_row, single=lambda _group: False)


def journey(context: StageContext) -> StageSpec:
    def fold(rows: CachedRows[JourneyRow], _partition: int) -> JourneyFold:
        return JourneyFold(rows, context.rules, context.topics.member, context.internal_partition)

    changelog, between = context.topics.changelog("journey"), context.between_stages
    return StageSpec("journey", context.topics.journey, changelog, CODEC, fold, downstream_topics=between)

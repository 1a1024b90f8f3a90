"""Stage `tally`: absolute live counts of each campaign."""

from msgspec.msgpack import Encoder

from streams.attribution.tally import SumRow, TallyFold, decode_row
from streams.engine.ports import StageSpec
from streams.engine.rows import CachedRows, Codec
from streams.stages.context import StageContext
from streams.topics.names import LIVE_COUNT

CODEC = Codec(Encoder().encode, decode_row, single=lambda _group: False)


def tally(context: StageContext) -> StageSpec:
    def fold(rows: CachedRows[SumRow], _partition: int) -> TallyFold:
        return TallyFold(rows, context.version_base, LIVE_COUNT)

    return StageSpec("tally", context.topics.tally, context.topics.changelog("tally"), CODEC, fold)

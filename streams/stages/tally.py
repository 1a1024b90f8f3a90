"""Agent `tally`: absolute live counts of each campaign."""

from msgspec.msgpack import Encoder

from streams.attribution.tally import SumRow, TallyFold, decode_row
from streams.engine.ports import StageSpec
from streams.engine.rows import CachedRows, Codec
from streams.stages.world import World
from streams.topics.names import LIVE_COUNT

CODEC = Codec(Encoder().encode, decode_row, single=lambda _group: False)


def tally(world: World) -> StageSpec:
    def fold(rows: CachedRows[SumRow], _partition: int) -> TallyFold:
        return TallyFold(rows, world.version_base, LIVE_COUNT)

    return StageSpec("tally", world.topics.tally, world.topics.changelog("tally"), CODEC, fold)

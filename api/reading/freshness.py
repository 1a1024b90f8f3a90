"""How fresh a store is: when it was last written, how old its newest event is, and whether it is rebuilt."""

import time
from typing import Final, NamedTuple

from sqlalchemy import Connection, func, select

from api.reading.marks import Mark, newest
from models.tables.bookkeeping import BatchRow, GenerationRow
from models.tables.columns import table_of
from models.tables.rows import EventRow

_BATCH, _EVENT, _GENERATION = table_of(BatchRow), table_of(EventRow), table_of(GenerationRow)
_NEWEST_EVENT: Final = select(_BATCH.c.committed_at).where(
    _BATCH.c.batch == select(func.max(_EVENT.c.batch)).scalar_subquery()
)
_SETTLED: Final = select(_GENERATION.c.settled_at).order_by(_GENERATION.c.number.desc()).limit(1)


class Freshness(NamedTuple):
    mark: Mark
    newest_event_us: int | None
    """When the newest event came into the store; None if there is none."""
    rebuilding: bool
    """Whether the current stream is still at what earlier ones have read already."""

    def age_s(self) -> float:
        """How long ago the store was last written."""
        return seconds_since(self.mark.committed_us)

    def newest_event_age_s(self) -> float | None:
        return None if self.newest_event_us is None else seconds_since(self.newest_event_us)


def freshness(connection: Connection) -> Freshness:
    generations = connection.scalars(_SETTLED).all()
    rebuilding = bool(generations) and generations[0] is None
    return Freshness(newest(connection), connection.scalar(_NEWEST_EVENT), rebuilding)


def seconds_since(instant_us: int) -> float:
    """To a tenth; 0 for what another machine's clock puts into the future."""
    return max(0.0, round(time.time() - instant_us / 1_000_000, 1))

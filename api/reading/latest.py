"""Reports that are made once for all who ask: anew when the store has changed, and not all the time."""

import asyncio
import time
from collections.abc import Callable
from typing import Final, Generic, NamedTuple, TypeVar

from sqlalchemy import Connection

from api.reading.marks import Mark, newest
from api.store import StoreReader

Report = TypeVar("Report")

REST: Final = 4
"""A report is not made again for so many times as long as it took: it has a fifth of a processor at most."""
PATIENCE_S: Final = 60.0
"""How long a report may take."""


class Found(NamedTuple, Generic[Report]):
    mark: Mark
    report: Report


class Latest(Generic[Report]):
    """One report over one store."""

    def __init__(
        self,
        store: StoreReader,
        report: Callable[[Connection], Report],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store = store
        self._report = report
        self._clock = clock
        self._found: Found[Report] | None = None
        self._next_look_s = 0.0
        self._turn = asyncio.Lock()

    async def found(self) -> Found[Report]:
        """As of the store's last batch, or of one a little earlier. Raises StoreAway."""
        async with self._turn:
            if self._found is None or self._clock() >= self._next_look_s:
                self._found = await self._store.read(self._look, PATIENCE_S)
            return self._found

    def _look(self, connection: Connection) -> Found[Report]:
        mark = newest(connection)
        if self._found is not None and self._found.mark == mark:
            return self._found
        began = self._clock()
        report = self._report(connection)
        ended = self._clock()
        self._next_look_s = ended + REST * (ended - began)
        return Found(mark, report)

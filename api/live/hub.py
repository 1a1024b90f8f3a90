"""Looks into the store while somebody reads the stream, and tells all readers what changed."""

import re
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Final, NamedTuple

from api.keys.ring import KeyRing
from api.live import messages
from api.live.board import Board
from api.live.fanout import Fanout, Step
from api.live.reader import Reader
from api.live.status import status_of
from api.live.totals import look
from api.ports import Backlog
from api.reading.freshness import freshness
from api.store import StoreReader

LOOK_S: Final = 0.22
STATUS_S: Final = 5.0
COMMENT_EVERY: Final = 3
"""Status messages."""

_is_number: Final = re.compile(r"[0-9]{1,19}").fullmatch


class Sources(NamedTuple):
    """Where a hub gets what it needs."""

    store: StoreReader
    keys: KeyRing
    backlog: Backlog | None


class Hub(Fanout):
    """Of `/v1/live`; one per process."""

    def __init__(self, sources: Sources, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(sources.keys, clock)
        self._sources = sources
        self._board = Board()
        self._status = b""
        self._told = 0
        """Status messages."""

    async def join(self, token: str, last_id: str | None) -> Reader:
        """A reader, with what it gets first. Raises StoreAway."""
        reader = Reader(token)
        await self._admit(reader, lambda: self._first(last_id) + self._status)
        return reader

    def _steps(self) -> Sequence[tuple[Step, float]]:
        return (self._look, LOOK_S), (self._tell_status, STATUS_S)

    def _first(self, last_id: str | None) -> bytes:
        batch = int(last_id) if last_id is not None and _is_number(last_id) else None
        if batch is None or not self._board.is_known(batch):
            return self._board.snapshot()
        newer = self._board.after(batch)
        return b"" if newer is None else newer.text

    async def _look(self) -> None:
        found = await self._sources.store.read(partial(look, seen=self._board.mark))
        self._seen_s = self._clock()
        if self._board.take(found):
            snapshot = self._board.snapshot()
            self._to_all(lambda reader: reader.begin(snapshot))
        tick = self._board.tick(self._seen_s)
        if tick is not None:
            self._to_all(lambda reader: reader.tell(tick))
        self._looked.set()

    async def _tell_status(self) -> None:
        fresh = await self._sources.store.read(freshness)
        backlog = self._sources.backlog
        waiting = None if backlog is None else await backlog.records()
        self._status = messages.status(status_of(fresh, waiting))
        self._told += 1
        comment = messages.COMMENT if self._told % COMMENT_EVERY == 0 else b""
        self._to_all(lambda reader: reader.tell_status(comment + self._status))

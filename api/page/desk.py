"""What all pages of this process show: looked up once for all who look."""

import asyncio
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from typing import Final, NamedTuple

from api.gateway import Gateway
from api.page.audits import APART_US, Audits
from api.page.now import Now, now
from api.page.numbers import Numbers, numbers
from api.page.state import State, state_of
from api.reading.latest import PATIENCE_S, Found, Latest
from api.reading.reading import Reading
from api.store import StoreAway, StoreReader

FRESH_S: Final = 0.2
"""So long a look at the store is good for all."""
BEHIND_US: Final = 60_000_000
READY_S: Final = 0.4
"""How long a page waits for numbers that take longer; without them it comes at once, and they follow."""


class Seen(NamedTuple):
    """What a page is made from."""

    now: Now
    state: State
    found: Found[Numbers] | None
    """None until they were counted for the first time."""
    audits: Audits
    places: Mapping[str, str]
    """Names by code."""

    @property
    def is_empty(self) -> bool:
        """Whether no event has come in yet."""
        return not self.now.members and not self.now.newest


class Desk:
    def __init__(
        self, gateway: Gateway, reading: Reading, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._clock = clock
        self._gateway = gateway
        self._reading = reading
        self._store = StoreReader(gateway.store.url, threads=1)
        self._counting_store = StoreReader(gateway.store.url, threads=1)
        self._numbers = Latest(self._counting_store, numbers)
        self._counting: asyncio.Task[Found[Numbers]] | None = None
        self._found: Found[Numbers] | None = None
        self._audits = Audits()
        self._auditing: asyncio.Task[None] | None = None
        self._waiting: int | None = None
        self._now: Now | None = None
        self._looked_s = 0.0
        self._turn = asyncio.Lock()

    async def begin(self) -> None:
        """Have numbers ready for the first who looks."""
        with suppress(StoreAway):
            await self.count(PATIENCE_S)
        self._audit_if_old()

    async def look(self) -> Now:
        """One look for all who ask at a time. Raises StoreAway."""
        async with self._turn:
            if self._now is None or self._clock() - self._looked_s >= FRESH_S:
                self._now = await self._store.read(partial(now, before=self._now))
                self._looked_s = self._clock()
            return self._now

    async def weigh(self) -> None:
        """Ask how many records are on their way, which takes seconds where the broker is away."""
        if self._gateway.backlog is not None:
            self._waiting = await self._gateway.backlog.records()

    def state(self, looked: Now) -> State:
        return state_of(looked, self._waiting, can_take=self.can_take)

    @property
    def can_take(self) -> bool:
        return not self._gateway.publisher.not_ready_reasons

    async def seen(self) -> Seen:
        """Everything, as fresh as it is to be had at once. Raises StoreAway."""
        looked = await self.look()
        await self.count(0 if self._is_fresh(looked) else READY_S)
        self._audit_if_old()
        return self.seen_now(looked)

    def _is_fresh(self, looked: Now) -> bool:
        """Whether the numbers are not far behind; those who watch a page get newer ones by its stream."""
        if self._found is None:
            return False
        return looked.fresh.mark.committed_us - self._found.mark.committed_us < BEHIND_US

    def seen_now(self, looked: Now) -> Seen:
        return Seen(looked, self.state(looked), self._found, self._audits, self._gateway.places.names)

    async def count(self, patience_s: float) -> None:
        """Count anew, and wait so long at most; it goes on in the background. Raises StoreAway."""
        if self._counting is None or self._counting.done():
            self._counting = asyncio.create_task(self._numbers.found())
            self._counting.add_done_callback(self._take)
        counting = self._counting
        done, _ = await asyncio.wait([counting], timeout=patience_s)
        if done:
            counting.result()

    def _take(self, counting: "asyncio.Task[Found[Numbers]]") -> None:
        if not counting.cancelled() and counting.exception() is None:
            self._found = counting.result()

    async def audit(self) -> None:
        """Raises StoreAway."""
        found = await self._reading.audit.found()
        self._audits.take(found.report, _now_us())

    def _audit_if_old(self) -> None:
        """Begin an audit that no stream has asked for: there are pages without one, as without JavaScript."""
        last = self._audits.last
        runs = self._auditing is not None and not self._auditing.done()
        if not runs and (last is None or _now_us() - last.at_us > 2 * APART_US):
            self._auditing = asyncio.create_task(self._try_to_audit())

    async def _try_to_audit(self) -> None:
        with suppress(StoreAway):
            await self.audit()

    def close(self) -> None:
        self._store.close()
        self._counting_store.close()


def _now_us() -> int:
    return time.time_ns() // 1_000

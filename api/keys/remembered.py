"""What the store has under a text, known for moments only, so that what goes there is soon gone here."""

import asyncio
import time
from collections.abc import Callable
from typing import Final, Generic, NamedTuple, TypeVar

from sqlalchemy import Connection

from api.keys.turns import Turns
from api.store import StoreReader

FRESH_S: Final = 1.0
"""So long nothing is asked; later the store is asked in the background, so that no request waits."""
CACHED_S: Final = 2.0
"""So long an answer of the store is used without waiting for another."""
TRUSTED_S: Final = 5.0
"""So long it is used when the store does not give another."""
PATIENCE_S: Final = 0.25
"""How long one request waits for a store that has answered lately."""
MOST_REMEMBERED: Final = 10_000
"""Of what is there, and likewise of what is not."""
MOST_AT_ONCE: Final = 1_000
"""Texts in one query."""

Found = TypeVar("Found")


class _Seen(NamedTuple, Generic[Found]):
    found: Found | None
    asked_s: float
    """When the store was asked; it was so then."""


class Remembered(Generic[Found]):
    """Finds what a query finds."""

    def __init__(
        self,
        store: StoreReader,
        query: Callable[[Connection, list[str]], dict[str, Found]],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store = store
        self._query = query
        self._clock = clock
        self._there: dict[str, _Seen[Found]] = {}
        self._missing: dict[str, _Seen[Found]] = {}
        self._pending: dict[str, asyncio.Future[Found | None]] = {}
        self._turns: Turns[str, Found | None] = Turns(self._look_up, MOST_AT_ONCE)

    async def find(self, wanted: str) -> Found | None:
        """Raises StoreAway."""
        seen = self._there.get(wanted) or self._missing.get(wanted)
        age_s = self._clock() - seen.asked_s if seen else TRUSTED_S
        if seen and age_s < FRESH_S:
            return seen.found
        answer = self._ask(wanted)
        if seen and age_s < CACHED_S:
            return seen.found
        if seen and age_s < TRUSTED_S:
            await asyncio.wait([answer], timeout=min(PATIENCE_S, TRUSTED_S - age_s))
            return answer.result() if _is_answered(answer) else seen.found
        return await asyncio.shield(answer)

    def _ask(self, wanted: str) -> asyncio.Future[Found | None]:
        """Whoever asks for the same meanwhile gets the same answer."""
        pending = self._pending.get(wanted)
        if pending is None:
            pending = self._pending[wanted] = self._turns.ask(wanted)
            pending.add_done_callback(lambda _: self._pending.pop(wanted))
        return pending

    async def _look_up(self, texts: list[str]) -> list[Found | None]:
        asked_s = self._clock()
        found = await self._store.read(lambda connection: self._query(connection, texts))
        for one in texts:
            self._remember(one, _Seen(found.get(one), asked_s))
        return [found.get(one) for one in texts]

    def _remember(self, wanted: str, seen: _Seen[Found]) -> None:
        self._there.pop(wanted, None)
        self._missing.pop(wanted, None)
        remembered = self._missing if seen.found is None else self._there
        remembered[wanted] = seen
        if len(remembered) > MOST_REMEMBERED:
            del remembered[next(iter(remembered))]


def _is_answered(answer: asyncio.Future[Found | None]) -> bool:
    return answer.done() and not answer.cancelled() and answer.exception() is None

"""Readers of a stream, and the steps that run while there are any."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Final, Protocol

import structlog

from api.keys.key import Key, Scope
from api.live.reader import Reader
from api.store import AWAY_S, StoreAway
from streams.engine.failures import describe_error

log = structlog.get_logger()

KEYS_S: Final = 1.0
"""How often the keys of readers are looked up; a key ring may remember a revoked one for 2 s more."""

Step = Callable[[], Awaitable[None]]


class Keys(Protocol):
    """Finds the key by what a reader came with."""

    async def find(self, token: str, /) -> Key | None:
        """Raises StoreAway."""


class Fanout:
    """Idle while nobody reads. Who inherits says what readers are told, by steps of its own."""

    def __init__(self, keys: Keys, clock: Callable[[], float] = time.monotonic) -> None:
        self._keys = keys
        self._clock = clock
        self._readers: set[Reader] = set()
        self._tasks: list[asyncio.Task[None]] = []
        self._looked = asyncio.Event()
        """Set once there is something to tell a new reader."""
        self._seen_s = 0.0
        """When the store was last looked at."""
        self._stopped = False

    @property
    def readers(self) -> int:
        return len(self._readers)

    def leave(self, reader: Reader) -> None:
        self._readers.discard(reader)
        if not self._readers:
            self._idle()

    def stop(self) -> None:
        """End all streams, and those that begin later."""
        self._stopped = True
        self._end_all()

    def _steps(self) -> Sequence[tuple[Step, float]]:
        """What is done again and again, each with its pause in seconds."""
        raise NotImplementedError

    async def _admit(self, reader: Reader, first: Callable[[], bytes]) -> None:
        """Tell a new reader what it gets first, once that is known. Raises StoreAway."""
        self._readers.add(reader)
        try:
            self._start()
            async with asyncio.timeout(AWAY_S):
                await self._looked.wait()
        except TimeoutError as error:
            self.leave(reader)
            raise StoreAway(f"no look at the counts for {AWAY_S:.0f} s") from error
        except asyncio.CancelledError:
            self.leave(reader)
            raise
        reader.begin(first())
        if self._stopped:
            reader.end()

    def _start(self) -> None:
        if not self._tasks:
            self._seen_s = self._clock()
            steps = (*self._steps(), (self._check_keys, KEYS_S))
            self._tasks = [asyncio.create_task(self._run(step, every_s)) for step, every_s in steps]

    def _idle(self) -> None:
        for task in self._tasks:
            task.cancel()
        self._tasks = []
        self._looked.clear()

    async def _run(self, step: Step, every_s: float) -> None:
        """Again and again. While the store is away streams go on for 5 s; a fault of ours ends them."""
        while True:
            try:
                await step()
            except StoreAway as away:
                if self._clock() - self._seen_s >= AWAY_S:
                    self._end_all(f"the store is away: {away}")
            except Exception as error:  # noqa: BLE001  readers must not wait for what never comes
                self._end_all(describe_error(error))
            await asyncio.sleep(every_s)

    def _end_all(self, why: str = "") -> None:
        if why and self._readers:
            log.warning("live_streams_end", why=why, readers=len(self._readers))
            self._looked.clear()
        for reader in self._readers:
            reader.end()

    async def _check_keys(self) -> None:
        """End the streams of keys that were revoked, or that nobody can look up."""
        for token in {reader.token for reader in self._readers}:
            if not await self._is_valid(token):
                for reader in self._readers:
                    if reader.token == token:
                        reader.end()

    async def _is_valid(self, token: str) -> bool:
        try:
            key = await self._keys.find(token)
        except StoreAway:
            return False
        return key is not None and Scope.READ_COUNTS in key.scopes

    def _to_all(self, tell: Callable[[Reader], None]) -> None:
        for reader in self._readers:
            tell(reader)

"""The store, opened for reading: queries run in threads of their own, and never hold up the gateway."""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future
from queue import SimpleQueue
from typing import Any, Final, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from sinks.base import StoreError
from sinks.store import first_line, open_for_reading

Result = TypeVar("Result")

THREADS: Final = 4
AWAY_S: Final = 5.0
"""After this time without an answer the store is away."""


class StoreAway(Exception):  # noqa: N818
    """The store did not answer in time, or cannot be read. The text is for the operator's log."""


class StoreReader:
    """Runs queries, each in a transaction that reads one snapshot. Reconnects by itself."""

    def __init__(
        self, url: str, threads: int = THREADS, opening: Callable[[str], Engine] = open_for_reading
    ) -> None:
        self.url = url
        self._opening_store = opening
        self._threads = threads
        self._engine: Engine | None = None
        self._changing = threading.Lock()
        self._running = 0
        """Threads that may have a connection of the engine."""
        self._started = False
        self._calls: SimpleQueue[tuple[Future[Any], Callable[[Connection], Any]] | None] = SimpleQueue()

    async def read(self, query: Callable[[Connection], Result], timeout_s: float = AWAY_S) -> Result:
        """Raises StoreAway; a query that takes too long is given up, though its thread finishes it."""
        if not self._started:
            self._start()
        answer: Future[Result] = Future()
        self._calls.put((answer, query))
        try:
            async with asyncio.timeout(timeout_s):
                return await asyncio.wrap_future(answer)
        except TimeoutError as error:
            raise StoreAway(f"no answer for {timeout_s:.0f} s") from error
        except StoreError as error:
            raise StoreAway(str(error)) from error
        except DBAPIError as error:
            raise StoreAway(first_line(error)) from error

    def close(self) -> None:
        """End the threads once they have finished what they are doing; the last one closes the engine."""
        for _ in range(self._threads if self._started else 0):
            self._calls.put(None)

    def _start(self) -> None:
        self._started = True
        self._running = self._threads
        for number in range(self._threads):
            threading.Thread(target=self._work, name=f"store-{number}", daemon=True).start()

    def _work(self) -> None:
        while (call := self._calls.get()) is not None:
            answer, query = call
            if answer.set_running_or_notify_cancel():
                try:
                    answer.set_result(self._run(query))
                except Exception as error:  # noqa: BLE001  it is raised where it is awaited
                    answer.set_exception(error)
        with self._changing:
            self._running -= 1
            if self._running == 0 and self._engine is not None:
                self._engine.dispose()

    def _run(self, query: Callable[[Connection], Result]) -> Result:
        with self._opened().begin() as connection:
            return query(connection)

    def _opened(self) -> Engine:
        with self._changing:
            if self._engine is None:
                self._engine = self._opening_store(self.url)
            return self._engine

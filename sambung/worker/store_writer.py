"""Delivery from the topics to the store, with retries while the store is unavailable.

A database that is locked, full, read-only or unreachable is tried again while the stages go on: their output
waits in Kafka, so nothing is lost. Each failed try is logged and told. Errors that do not pass (a store of
another release, two streams in one store, a damaged file) are raised.
"""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable
from functools import partial
from time import monotonic

import structlog
from sqlalchemy.exc import DBAPIError, OperationalError

from sambung.worker.sink_messages import Away, Began, Tell, Wrote, offsets_of
from sinks.base import Applied, Batch, StoreError
from streams.delivery import Delivery

FIRST_RETRY_S = 0.5
LONGEST_RETRY_S = 10.0
"""The pause between two tries doubles up to this."""

log = structlog.get_logger()


def is_transient(error: Exception) -> bool:
    """True if the same batch may succeed later, although nobody changes anything here."""
    if isinstance(error, StoreError):
        return isinstance(error.__cause__, Exception) and is_transient(error.__cause__)
    if isinstance(error, DBAPIError):
        return isinstance(error, OperationalError) or error.connection_invalidated
    return isinstance(error, sqlite3.OperationalError)


class StoreWriter:
    """Writes what a delivery reads.

    Parameters
    ----------
    delivery: started.
    apply: the sink's.
    tell: is told of every batch.
    describe: a sentence about an error of the store, without secrets.
    """

    def __init__(
        self,
        delivery: Delivery,
        apply: Callable[[Batch], Applied],
        tell: Tell,
        describe: Callable[[Exception], str],
    ) -> None:
        self._delivery = delivery
        self._apply = apply
        self._tell = tell
        self._describe = describe

    async def run(self) -> None:
        """Never returns. Raises errors that do not pass."""
        while True:
            batch = await self._delivery.read()
            if batch is not None:
                await self._write(partial(self._delivery.hand_over, self._apply, batch))

    async def put(self, batch: Batch) -> None:
        """Write a batch that was not read from the topics; return when it is stored."""
        await self._write(partial(self._delivery.in_sink_thread, partial(self._apply, batch)))

    async def _write(self, write: Callable[[], Awaitable[Applied]]) -> None:
        wait_s, since, away = FIRST_RETRY_S, monotonic(), False
        self._tell(Began())
        while True:
            started = monotonic()
            try:
                applied = await write()
            except (DBAPIError, StoreError, sqlite3.Error) as error:
                if not is_transient(error):
                    raise
                await self._wait(error, wait_s)
                wait_s, away = min(2 * wait_s, LONGEST_RETRY_S), True
            else:
                self._tell(Wrote(offsets_of(self._delivery.positions), applied, monotonic() - started))
                break
        if away:
            log.info("store_back", away_s=round(monotonic() - since, 1))

    async def _wait(self, error: Exception, wait_s: float) -> None:
        trouble = self._describe(error)
        self._tell(Away(trouble))
        log.warning("store_away", error=trouble, again_in_s=wait_s)
        await asyncio.sleep(wait_s)

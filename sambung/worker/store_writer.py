"""Delivery from the topics to the store, with retries while the store is unavailable.

A database that is locked, full, read-only or unreachable is tried again while the stages go on: their output
waits in Kafka, so nothing is lost. The process logs it and is not ready. Errors that do not pass (a store of
another release, two streams in one store, a damaged file) are raised.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Mapping
from time import monotonic

import structlog
from sqlalchemy.exc import DBAPIError, OperationalError

from sinks.base import Applied, Batch, StoreError
from streams.delivery import Delivery
from streams.metrics import Metrics

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
    """Implements `streams.engine.faust.watchdog.StoreDelivery` for the watchdog.

    Parameters
    ----------
    delivery: started.
    apply: the sink's.
    metrics: of the process.
    describe: a sentence about an error of the store, without secrets.
    """

    def __init__(
        self,
        delivery: Delivery,
        apply: Callable[[Batch], Applied],
        metrics: Metrics,
        describe: Callable[[Exception], str],
    ) -> None:
        self._delivery = delivery
        self._apply = apply
        self._metrics = metrics
        self._describe = describe
        self.busy = False
        self.trouble = ""
        """Why the store cannot be used now; empty if it can."""

    @property
    def positions(self) -> Mapping[tuple[str, int], int]:
        return self._delivery.positions

    async def run(self) -> None:
        """Never returns. Raises errors that do not pass."""
        while True:
            batch = await self._delivery.read()
            if batch is not None:
                self.busy = True
                await self._write(batch)
                self.busy = False

    async def _write(self, batch: Batch) -> None:
        wait_s, since = FIRST_RETRY_S, monotonic()
        while True:
            started = monotonic()
            try:
                applied = await self._delivery.hand_over(self._apply, batch)
            except (DBAPIError, StoreError, sqlite3.Error) as error:
                if not is_transient(error):
                    raise
                self._record_failure(error, wait_s)
                await asyncio.sleep(wait_s)
                wait_s = min(2 * wait_s, LONGEST_RETRY_S)
            else:
                self._record_success(applied, monotonic() - started)
                break
        if self.trouble:
            self.trouble = ""
            log.info("store_back", away_s=round(monotonic() - since, 1))

    def _record_failure(self, error: Exception, wait_s: float) -> None:
        self.trouble = self._describe(error)
        self._metrics.store_failures.inc()
        self._metrics.store_reachable.set(0)
        log.warning("store_away", error=self.trouble, again_in_s=wait_s)

    def _record_success(self, applied: Applied, took_s: float) -> None:
        metrics = self._metrics
        metrics.store_reachable.set(1)
        metrics.store_batches.inc()
        metrics.store_batch_seconds.observe(took_s)
        for kind in ("statements", "counts", "events", "rejected"):
            metrics.store_records.labels(kind).inc(getattr(applied, kind))
        metrics.store_foreign.inc(applied.foreign)

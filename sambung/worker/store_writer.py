"""From the topics into the store, through times in which the store cannot be used.

A database that is locked, full, read-only or away is tried again, and again, while the stages go on: what
they say waits in Kafka, and nothing is lost by that. The process says so in its log and is not ready. What
waiting cannot mend (another release's store, two streams in one store, a damaged file) is raised.
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

FIRST_AGAIN_S = 0.5
LONGEST_AGAIN_S = 10.0
"""Between two tries: twice as long each time, up to here."""

log = structlog.get_logger()


def may_pass(error: Exception) -> bool:
    """Whether the same batch may be taken in later, with nothing changed by a person here."""
    if isinstance(error, StoreError):
        return isinstance(error.__cause__, Exception) and may_pass(error.__cause__)
    if isinstance(error, DBAPIError):
        return isinstance(error, OperationalError) or error.connection_invalidated
    return isinstance(error, sqlite3.OperationalError)


class StoreWriter:
    """Also what the watchdog sees of it (`streams.engine.faust.watchdog.Reader`).

    Parameters
    ----------
    delivery: started.
    apply: the sink's.
    metrics: of the process.
    told: a sentence about what is wrong with the store, without secrets.
    """

    def __init__(
        self,
        delivery: Delivery,
        apply: Callable[[Batch], Applied],
        metrics: Metrics,
        told: Callable[[Exception], str],
    ) -> None:
        self._delivery = delivery
        self._apply = apply
        self._metrics = metrics
        self._told = told
        self.busy = False
        self.trouble = ""
        """What is wrong with the store now; empty when nothing is."""

    @property
    def positions(self) -> Mapping[tuple[str, int], int]:
        return self._delivery.positions

    async def run(self) -> None:
        """Never returns. Raises what waiting cannot mend."""
        while True:
            batch = await self._delivery.read()
            if batch is not None:
                self.busy = True
                await self._keep(batch)
                self.busy = False

    async def _keep(self, batch: Batch) -> None:
        wait_s, since = FIRST_AGAIN_S, monotonic()
        while True:
            started = monotonic()
            try:
                applied = await self._delivery.hand_over(self._apply, batch)
            except (DBAPIError, StoreError, sqlite3.Error) as error:
                if not may_pass(error):
                    raise
                self._record_failure(error, wait_s)
                await asyncio.sleep(wait_s)
                wait_s = min(2 * wait_s, LONGEST_AGAIN_S)
            else:
                self._took_in(applied, monotonic() - started)
                break
        if self.trouble:
            self.trouble = ""
            log.info("store_back", away_s=round(monotonic() - since, 1))

    def _record_failure(self, error: Exception, wait_s: float) -> None:
        self.trouble = self._told(error)
        self._metrics.store_failures.inc()
        self._metrics.store_reachable.set(0)
        log.warning("store_away", error=self.trouble, again_in_s=wait_s)

    def _took_in(self, applied: Applied, took_s: float) -> None:
        metrics = self._metrics
        metrics.store_reachable.set(1)
        metrics.store_batches.inc()
        metrics.store_batch_seconds.observe(took_s)
        for kind in ("statements", "counts", "events", "rejected"):
            metrics.store_records.labels(kind).inc(getattr(applied, kind))
        metrics.store_foreign.inc(applied.foreign)

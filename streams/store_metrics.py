"""Metrics of the way into the store, and of the process that it is."""

from collections.abc import Callable
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector

from sinks.base import Applied

WORK_BUCKETS_S: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
_NO_PID: Final = "none"


class StoreMetrics:
    """Kept by the worker, which its sink process tells what it does."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.pid: Callable[[], int | None] = lambda: None
        """Of the sink process; None while there is none."""
        ProcessCollector("sambung_sink", lambda: self.pid() or _NO_PID, registry=registry)
        self._batch_seconds = Histogram(
            "sambung_store_batch_seconds",
            "How long the store took for a batch.",
            registry=registry,
            buckets=WORK_BUCKETS_S,
        )
        self._batches = Counter(
            "sambung_store_batches", "Batches that the store has taken in.", registry=registry
        )
        self._records = Counter(
            "sambung_store_records",
            "Records that changed rows of the store; repeats and late ones change none.",
            ["kind"],
            registry=registry,
        )
        self._foreign = Counter(
            "sambung_store_foreign",
            "Records of `credit`, `live-count` and `rejected` that no stage wrote and that were passed over.",
            registry=registry,
        )
        self._failures = Counter(
            "sambung_store_failures",
            "Batches that the store could not take in and that are tried again.",
            registry=registry,
        )
        self.reachable = Gauge(
            "sambung_store_reachable",
            "1 while the store takes batches in, 0 while it does not; 1 where this worker writes none.",
            registry=registry,
        )
        self.reachable.set(1)

    def wrote(self, applied: Applied, took_s: float) -> None:
        """The store has a batch."""
        self.reachable.set(1)
        self._batches.inc()
        self._batch_seconds.observe(took_s)
        for kind in ("statements", "counts", "events", "rejected"):
            self._records.labels(kind).inc(getattr(applied, kind))
        self._foreign.inc(applied.foreign)

    def away(self) -> None:
        """The store could not take a batch."""
        self._failures.inc()
        self.reachable.set(0)

"""Metrics of a worker process for Prometheus, in their own registry.

Counts of the stages are read at each scrape; only checkpoints and sent records are observed as they happen.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from time import time
from typing import Final, TypeVar

import msgspec
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from models.intake.refusal import Reason
from streams.engine.faust.watchdog import Watchdog
from streams.engine.faust.worker import Worker
from streams.engine.records import KeyValue, Records
from streams.store_metrics import WORK_BUCKETS_S, StoreMetrics
from streams.topics.names import LIVE_COUNT, REJECTED

DELAY_BUCKETS_S: Final = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 3600)

Family = TypeVar("Family", CounterMetricFamily, GaugeMetricFamily)


class Metrics:
    """Metrics of one process; also the stages' observer (`streams.engine.observing`)."""

    def __init__(self) -> None:
        self.registry = registry = CollectorRegistry()
        self.worker: Worker | None = None
        """None until it is built; there are no stages before."""
        self.state_bytes: dict[str, int] = {}
        """By stage; set by whoever reads the metrics, since measuring a disk may take long."""
        self.store = StoreMetrics(registry)
        ProcessCollector(registry=registry)
        registry.register(_Stages(self))
        self.ready = Gauge("sambung_ready", "1 while it is ready, else 0.", registry=registry)
        """Set by whoever reads the metrics, as `state_bytes`."""
        self._checkpoints = Histogram(
            "sambung_checkpoint_seconds",
            "How long checkpoints took: outputs, changelog, state on disk, ack.",
            ["stage"],
            registry=registry,
            buckets=WORK_BUCKETS_S,
        )
        self._checkpoint_count = Counter(
            "sambung_checkpoints", "Checkpoints that wrote something.", ["stage"], registry=registry
        )
        self._refused = Counter(
            "sambung_refused", "Records that this process sent to `rejected`.", ["reason"], registry=registry
        )
        for reason in Reason:
            self._refused.labels(reason.value)  # 0, as a counter that begins with 1 has not increased
        self._delay = Histogram(
            "sambung_publish_to_count_seconds",
            "From the broker's timestamp of an event to the live count that it changed, acknowledged; of the "
            "oldest event in each batch.",
            registry=registry,
            buckets=DELAY_BUCKETS_S,
        )

    def checkpointed(self, stage: str, took_s: float) -> None:
        self._checkpoint_count.labels(stage).inc()
        self._checkpoints.labels(stage).observe(took_s)

    def sent(self, stage: str, records: Records, origin_ms: int | None) -> None:
        del stage
        for (topic, _), run in records.items():
            if topic == REJECTED:
                self._count_refused(run)
            elif topic == LIVE_COUNT and origin_ms is not None:
                self._delay.observe(max(0.0, time() - origin_ms / 1_000))
                origin_ms = None

    def _count_refused(self, run: Iterable[KeyValue]) -> None:
        for _, value, _ in run:
            self._refused.labels(_refused(value).reason).inc()


class _Refused(msgspec.Struct, frozen=True):
    reason: str


_refused = msgspec.json.Decoder(_Refused).decode


class _Stages(Collector):
    """Metrics that are read from the stages and the watchdog."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics

    def collect(self) -> Iterator[Metric]:
        worker = self._metrics.worker
        stages = worker.stages if worker is not None else []
        yield _by_stage(
            CounterMetricFamily("sambung_events", "Records that a stage has folded.", labels=["stage"]),
            ((stage.spec.name, stage.folded) for stage in stages),
        )
        yield _by_stage(
            GaugeMetricFamily("sambung_state_cached_rows", "Rows decoded in memory.", labels=["stage"]),
            ((stage.spec.name, stage.cached_rows) for stage in stages),
        )
        yield _by_stage(
            GaugeMetricFamily("sambung_state_bytes", "Size of a stage's rows on disk.", labels=["stage"]),
            self._metrics.state_bytes.items(),
        )
        yield _by_stage(
            GaugeMetricFamily(
                "sambung_newest_event_age_seconds",
                "Now less the broker's timestamp of the newest event folded.",
                labels=["topic"],
            ),
            (
                (stage.spec.topic, max(0.0, time() - stage.newest_ms / 1_000))
                for stage in stages
                if stage.spec.external_input and stage.newest_ms > 0
            ),
        )
        watchdog = worker.watchdog if worker is not None else None
        yield from _logs(watchdog)
        yield GaugeMetricFamily(
            "sambung_stalled_seconds",
            "How long there has been work without progress; past SAMBUNG_PATIENCE_S the process ends.",
            watchdog.stalled_s if watchdog is not None else 0,
        )


def _logs(watchdog: Watchdog | None) -> Iterator[Metric]:
    lag = GaugeMetricFamily(
        "sambung_lag_records",
        "Records of this process's partitions that can be read and are not committed yet, or not in the "
        "store yet; none while the broker does not tell.",
        labels=["topic", "partition"],
    )
    for (topic, number), records in watchdog.lags.items() if watchdog is not None else ():
        lag.add_metric([topic, str(number)], records)
    labels = ["topic", "partition", "producer"]
    held = GaugeMetricFamily(
        "sambung_held_back_records",
        "Records that cannot be read yet, as this producer has a transaction open.",
        labels=labels,
    )
    since = GaugeMetricFamily(
        "sambung_held_back_from_offset", "Offset of that transaction's first record.", labels=labels
    )
    for topic, number, offset, records, producer in watchdog.held_back if watchdog is not None else ():
        held.add_metric([topic, str(number), producer], records)
        since.add_metric([topic, str(number), producer], offset)
    yield from (lag, held, since)


def _by_stage(family: Family, values: Iterable[tuple[str, float]]) -> Family:
    for name, value in values:
        family.add_metric([name], value)
    return family


def state_bytes(state: Path) -> dict[str, int]:
    """Size of the tables in a worker's folder by stage (`…/tables/STAGE-PARTITION.db`). Reads the disk."""
    sizes: dict[str, int] = {}
    for table in state.glob("**/tables/*.db"):
        stage = table.stem.rpartition("-")[0]
        sizes[stage] = sizes.get(stage, 0) + sum(_size(file) for file in table.iterdir())
    return sizes


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except OSError:
        return 0  # removed by a compaction meanwhile

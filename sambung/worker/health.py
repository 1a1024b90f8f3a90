"""How a worker process is: liveness, readiness and metrics."""

import asyncio
from contextlib import suppress
from pathlib import Path

from prometheus_client import generate_latest

from sambung.terminal.daemon_thread import in_daemon_thread
from sambung.worker.sink_process import SinkProcess
from streams.metrics import Metrics, state_bytes

DISK_S = 1.0
"""Time limit of measuring the state's size; after it the previous sizes are reported."""


class Health:
    """State of one process; its parts are set as they start."""

    def __init__(self, metrics: Metrics) -> None:
        self.metrics = metrics
        self.state: Path | None = None
        """Folder of the stages' rows."""
        self.sink: SinkProcess | None = None
        """None if another worker writes the store."""

    @property
    def not_ready_reasons(self) -> list[str]:
        """Sentences; empty when the process works."""
        worker = self.metrics.worker
        reasons = ["the stages have not started"] if worker is None else worker.not_ready_reasons
        return reasons + ([self.sink.trouble] if self.sink and self.sink.trouble else [])

    def told_alive(self) -> dict[str, object]:
        """The watchdog ends a process whose event loop is stuck, and until then nothing is told."""
        worker = self.metrics.worker
        watchdog = worker.watchdog if worker is not None else None
        stalled_s = watchdog.stalled_s if watchdog is not None else 0.0
        return {"alive": True, "stalled_s": round(stalled_s, 1)}

    async def metrics_text(self) -> bytes:
        if (state := self.state) is not None:
            with suppress(TimeoutError):
                async with asyncio.timeout(DISK_S):
                    self.metrics.state_bytes = await in_daemon_thread(lambda: state_bytes(state))
        self.metrics.ready.set(not self.not_ready_reasons)
        return generate_latest(self.metrics.registry)

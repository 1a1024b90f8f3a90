"""HTTP endpoints of a worker process: liveness, readiness and metrics."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from sambung.terminal.daemon_thread import in_daemon_thread
from sambung.terminal.exits import Exit, Failed
from sambung.worker.store_writer import StoreWriter
from streams.metrics import Metrics, state_bytes

DISK_S = 1.0
"""Time limit of measuring the state's size; after it the previous sizes are reported."""
SHUTDOWN_S = 1.0
"""Time limit of open requests when the process ends."""


class Health:
    """State of one process; its parts are set as they start."""

    def __init__(self, metrics: Metrics) -> None:
        self.metrics = metrics
        self.state: Path | None = None
        """Folder of the stages' rows."""
        self.writer: StoreWriter | None = None
        """None until the process delivers to the store."""

    @property
    def not_ready_reasons(self) -> list[str]:
        """Sentences; empty when the process works."""
        worker = self.metrics.worker
        reasons = ["the stages have not started"] if worker is None else worker.not_ready_reasons
        return reasons + ([self.writer.trouble] if self.writer and self.writer.trouble else [])

    async def health(self, _: web.Request) -> web.Response:
        """Any answer proves that the event loop runs; the watchdog ends a process whose loop is stuck."""
        worker = self.metrics.worker
        watchdog = worker.watchdog if worker is not None else None
        stalled_s = watchdog.stalled_s if watchdog is not None else 0.0
        return web.json_response({"alive": True, "stalled_s": round(stalled_s, 1)})

    async def ready(self, _: web.Request) -> web.Response:
        reasons = self.not_ready_reasons
        return web.json_response({"ready": not reasons, "missing": reasons}, status=503 if reasons else 200)

    async def serve_metrics(self, _: web.Request) -> web.Response:
        if (state := self.state) is not None:
            with suppress(TimeoutError):
                async with asyncio.timeout(DISK_S):
                    self.metrics.state_bytes = await in_daemon_thread(lambda: state_bytes(state))
        text = generate_latest(self.metrics.registry)
        return web.Response(body=text, headers={"Content-Type": CONTENT_TYPE_LATEST})


@asynccontextmanager
async def listening(health: Health, host: str, port: int) -> AsyncIterator[None]:
    """Listen for as long as the context is open; port 0 disables it. Raises Failed."""
    if not port:
        yield
        return
    pages = web.Application()
    pages.router.add_get("/health", health.health)
    pages.router.add_get("/ready", health.ready)
    pages.router.add_get("/metrics", health.serve_metrics)
    runner = web.AppRunner(pages, access_log=None, shutdown_timeout=SHUTDOWN_S)
    await runner.setup()
    try:
        await _listen(runner, host, port)
        yield
    finally:
        await runner.cleanup()


async def _listen(runner: web.AppRunner, host: str, port: int) -> None:
    try:
        await web.TCPSite(runner, host, port).start()
    except OSError as error:
        raise Failed(
            Exit.WRONG_USE,
            f"Health and metrics cannot be served at {host}:{port} ({error.strerror or error}). Set "
            "SAMBUNG_HEALTH_PORT to a port that is free, one per worker, or to 0 for none.",
        ) from error

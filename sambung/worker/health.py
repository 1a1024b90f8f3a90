"""What a worker process tells over HTTP: whether it lives, whether it is ready, and its figures."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from sambung.terminal.exits import Exit, Failed
from sambung.terminal.patience import patiently
from sambung.worker.store_writer import StoreWriter
from streams.metrics import Metrics, state_bytes

DISK_S = 1.0
"""How long a look at the disk may take before the sizes of last time are told."""
LAST_ANSWERS_S = 1.0
"""How long answers under way may take when the process ends."""


class Health:
    """Of one process; its parts are filled in as they come to be."""

    def __init__(self, metrics: Metrics) -> None:
        self.metrics = metrics
        self.state: Path | None = None
        """Folder of the stages' rows."""
        self.writer: StoreWriter | None = None
        """Where this process writes the store."""

    @property
    def not_ready_reasons(self) -> list[str]:
        """What keeps the process from working, in words; nothing when it works."""
        worker = self.metrics.worker
        lacking = ["the stages have not started"] if worker is None else worker.not_ready_reasons
        return lacking + ([self.writer.trouble] if self.writer and self.writer.trouble else [])

    async def health(self, _: web.Request) -> web.Response:
        """The event loop turns, or there would be no answer; past its patience the watchdog ends us."""
        worker = self.metrics.worker
        watchdog = worker.watchdog if worker is not None else None
        stalled_s = watchdog.stalled_s if watchdog is not None else 0.0
        return web.json_response({"alive": True, "stalled_s": round(stalled_s, 1)})

    async def ready(self, _: web.Request) -> web.Response:
        missing = self.not_ready_reasons
        return web.json_response({"ready": not missing, "missing": missing}, status=503 if missing else 200)

    async def figures(self, _: web.Request) -> web.Response:
        if (state := self.state) is not None:
            with suppress(TimeoutError):
                async with asyncio.timeout(DISK_S):
                    self.metrics.state_bytes = await patiently(lambda: state_bytes(state))
        text = generate_latest(self.metrics.registry)
        return web.Response(body=text, headers={"Content-Type": CONTENT_TYPE_LATEST})


@asynccontextmanager
async def listening(health: Health, host: str, port: int) -> AsyncIterator[None]:
    """Answer there for as long as the context is open; nowhere with port 0. Raises Failed."""
    if not port:
        yield
        return
    pages = web.Application()
    pages.router.add_get("/health", health.health)
    pages.router.add_get("/ready", health.ready)
    pages.router.add_get("/metrics", health.figures)
    runner = web.AppRunner(pages, access_log=None, shutdown_timeout=LAST_ANSWERS_S)
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
            f"Health and metrics cannot be told at {host}:{port} ({error.strerror or error}). Set "
            "SAMBUNG_HEALTH_PORT to a port that is free, one a worker, or to 0 for none.",
        ) from error

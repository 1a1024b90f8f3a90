"""How a process is, over HTTP on a port of its own: liveness, readiness and metrics.

Nothing else is served there, so it can be opened to a private network of supervisors and Prometheus.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final, NamedTuple, Protocol

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST

from sambung.terminal.exits import Exit, Failed, reason_of

SHUTDOWN_S: Final = 1.0
"""Time limit of open requests when the process ends."""


class Process(Protocol):
    """What is asked."""

    @property
    def not_ready_reasons(self) -> list[str]:
        """Sentences; empty when the process works."""
        ...

    def told_alive(self) -> dict[str, object]:
        """Any answer proves that the event loop runs."""
        ...

    async def metrics_text(self) -> bytes:
        """In Prometheus' format."""
        ...


class At(NamedTuple):
    host: str
    port: int
    """0 for nowhere."""
    setting: str
    """Name of the variable that sets the port."""


@asynccontextmanager
async def health_port(process: Process, at: At) -> AsyncIterator[None]:
    """Listen for as long as the context is open. Raises Failed."""
    if not at.port:
        yield
        return
    pages = _Pages(process)
    app = web.Application()
    app.router.add_get("/health", pages.health)
    app.router.add_get("/ready", pages.ready)
    app.router.add_get("/metrics", pages.metrics)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=SHUTDOWN_S)
    await runner.setup()
    try:
        await _listen(runner, at)
        yield
    finally:
        await runner.cleanup()


class _Pages:
    def __init__(self, process: Process) -> None:
        self._process = process

    async def health(self, _: web.Request) -> web.Response:
        return web.json_response(self._process.told_alive())

    async def ready(self, _: web.Request) -> web.Response:
        reasons = self._process.not_ready_reasons
        return web.json_response({"ready": not reasons, "missing": reasons}, status=503 if reasons else 200)

    async def metrics(self, _: web.Request) -> web.Response:
        text = await self._process.metrics_text()
        return web.Response(body=text, headers={"Content-Type": CONTENT_TYPE_LATEST})


async def _listen(runner: web.AppRunner, at: At) -> None:
    try:
        await web.TCPSite(runner, at.host, at.port).start()
    except OSError as error:
        raise Failed(
            Exit.WRONG_USE,
            f"Health and metrics cannot be served at {at.host}:{at.port} ({reason_of(error)}). Set "
            f"{at.setting} to a port that is free, one per process, or to 0 for none.",
        ) from error

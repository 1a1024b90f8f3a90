"""One process that listens: uvicorn with bounded connections, until it is told to stop."""

import asyncio
import gc
import logging
import resource
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, Final, NamedTuple, cast

import structlog
from uvicorn import Config, Server

from api.app import create_app
from api.gateway import Gateway
from api.serving.connections import Waiting
from streams.engine.failures import describe_error

log = structlog.get_logger()

STOP_S: Final = 8.0
"""How long requests in flight may take when the process is to end."""
KEEP_ALIVE_S: Final = 65
"""For the next request of a connection; longer than a minute, the usual pace of apps and proxies."""
MOST_CONNECTIONS: Final = 20_000
SPARE_FILES: Final = 200
"""Of those that the process may open, for what is no connection."""
GC_OBJECTS: Final = 50_000
"""New objects between two collections of the youngest; a request of 500 events has some thousands."""
BACKLOG: Final = 2_048


class Listener(NamedTuple):
    """A socket that is bound, and its TLS if it has any."""

    socket: socket.socket
    tls: ssl.SSLContext | None


async def serve(gateway: Gateway, listener: Listener) -> None:
    """Until cancelled; then requests in flight end, 10 s at most, and streams at once."""
    asyncio.get_running_loop().set_exception_handler(_log_error)
    gc.freeze()  # what is imported by now stays; events are many short-lived objects
    gc.set_threshold(GC_OBJECTS, 20, 50)
    logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)  # it would quote what clients send
    waiting = Waiting(_most_connections())
    server = _Server(_config(gateway, listener, waiting))
    running = asyncio.create_task(server.serve(sockets=[listener.socket]))
    beside = [asyncio.create_task(waiting.sweep()), asyncio.create_task(gateway.begin())]
    try:
        await asyncio.shield(running)
    finally:
        gateway.stop()
        server.should_exit = True
        try:
            await running
        finally:
            for task in beside:
                task.cancel()
            gateway.close()


def _config(gateway: Gateway, listener: Listener, waiting: Waiting) -> Config:
    config = Config(
        create_app(gateway),
        http=cast("type[asyncio.Protocol]", waiting.protocol()),  # it is called as the class is
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        backlog=BACKLOG,
        timeout_keep_alive=KEEP_ALIVE_S,
        timeout_graceful_shutdown=round(STOP_S),
    )
    config.load()
    config.ssl = listener.tls
    return config


class _Server(Server):
    """Leaves signals to whoever started it."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def _most_connections() -> int:
    """As many as the system allows; its limit is raised as far as this process may."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_CONNECTIONS + SPARE_FILES
    most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, most), hard))
    return resource.getrlimit(resource.RLIMIT_NOFILE)[0] - SPARE_FILES


def _log_error(_: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """An error that nobody awaits; its own text may quote personal data."""
    error = context.get("exception")
    told = describe_error(error) if isinstance(error, Exception) else context.get("message", "")
    log.error("task_failed", error=told)

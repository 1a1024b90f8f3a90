"""Waits with an upper bound."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

CLOSES_S = 5.0
"""Timeout for closing a client."""


def raise_if_cancelled() -> None:
    """Raise CancelledError if this task was cancelled and something swallowed the exception.

    aiokafka's clients swallow it while they close; without this check a process that is to stop goes on.
    """
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError


async def at_most(seconds: float, call: Callable[[], Awaitable[object]]) -> None:
    """Await a call that may be left unfinished, such as stopping a client whose broker is gone."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await call()


@asynccontextmanager
async def closing(client: Any) -> AsyncIterator[None]:
    """Close an aiokafka client after a block; raise CancelledError if the task was cancelled meanwhile."""
    try:
        yield
    finally:
        await at_most(CLOSES_S, client.close)
    raise_if_cancelled()

"""Waits that end, whatever it is that they wait for."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

CLOSES_S = 5.0
"""How long a client may take to close."""


def raise_if_cancelled() -> None:
    """Raise CancelledError if it was asked for and went unheard.

    aiokafka's clients swallow it while they close, and then a process that was told to stop goes on.
    """
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError


async def at_most(seconds: float, call: Callable[[], Awaitable[object]]) -> None:
    """Await a call that may be left unfinished: to stop a client, say, whose broker may be gone."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await call()


@asynccontextmanager
async def closing(client: Any) -> AsyncIterator[None]:
    """Close one of aiokafka's clients after a block, and do not go on if it was told to stop meanwhile."""
    try:
        yield
    finally:
        await at_most(CLOSES_S, client.close)
    raise_if_cancelled()

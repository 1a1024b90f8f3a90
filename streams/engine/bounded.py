"""Waits that end, whatever it is that they wait for."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress


def heed_cancellation() -> None:
    """Raise CancelledError if it was asked for and went unheard.

    aiokafka's clients swallow it while they close, and then a process that was told to stop goes on: so this
    is asked after they closed, and once a turn where a task waits for long.
    """
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError


async def at_most(seconds: float, call: Callable[[], Awaitable[object]]) -> None:
    """Await a call that may be left unfinished: to stop a client, say, whose broker may be gone."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await call()

"""Waits that end, whatever it is that they wait for."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress


async def at_most(seconds: float, call: Callable[[], Awaitable[object]]) -> None:
    """Await a call that may be left unfinished: to stop a client, say, whose broker may be gone."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await call()

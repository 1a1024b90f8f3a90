"""Ends a run whose embedded broker has ended: its clients would go on asking for half a minute."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sambung.broker.embedded import Broker

LOOK_S = 0.5
ANSWER_S = 30.0
"""How long a busy broker may take to accept a connection."""


@asynccontextmanager
async def watched(broker: Broker) -> AsyncIterator[None]:
    """Cancel the task that is in this context as soon as nobody listens at the broker's address."""
    run = asyncio.current_task()
    assert run is not None  # noqa: S101  it runs this line
    watching = asyncio.create_task(_cancel_when_gone(broker.address, run))
    try:
        yield
    finally:
        watching.cancel()


async def _cancel_when_gone(address: str, run: asyncio.Task[object]) -> None:
    host, port = address.split(":")
    while True:
        try:
            async with asyncio.timeout(ANSWER_S):
                _, writer = await asyncio.open_connection(host, int(port))
        except OSError:  # a TimeoutError is one
            run.cancel()
            return
        writer.close()
        await asyncio.sleep(LOOK_S)

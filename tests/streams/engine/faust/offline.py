"""An application without a broker, and polls made by hand."""

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from streams.engine.records import Poll
from tests.streams.engine.counting import worker_on

NOWHERE = "127.0.0.1:1"


class RawRecord:
    """The attributes of aiokafka's record that the transport reads."""

    def __init__(self, offset: int) -> None:
        self.offset, self.timestamp, self.timestamp_type = offset, 1_500_000_000_000 + offset, 0


def poll(first: int, last: int) -> Poll:
    return Poll(first, [RawRecord(offset) for offset in range(first, last + 1)], last + 1)


def with_app(data_dir: Path, scenario: Callable[[Any], Coroutine[Any, Any, None]]) -> None:
    async def run() -> None:
        await scenario(worker_on(NOWHERE, data_dir)[0])

    asyncio.run(run())

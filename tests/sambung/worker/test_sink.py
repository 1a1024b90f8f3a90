"""What a sink process tells when it ends."""

import asyncio
import os
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from models.settings import Settings
from sambung.terminal.exits import Exit, Failed
from sambung.worker import sink
from sambung.worker.sink import SinkOptions
from sambung.worker.sink_messages import AtWork, Began, Failure, Message
from sinks.base import Batch
from streams.delivery import Delivery
from streams.engine.kafka.connection import Connection
from streams.engine.stall import StalledError
from streams.topics.names import Topics
from tests.end_to_end.runs import url

STALLED = "The store has taken more than 90 s for one batch."


class Stalled(Delivery):
    """Its first batch is not written, and the thread that writes is still at work when it is stopped."""

    async def start(self) -> None: ...

    async def read(self) -> Batch:
        return Batch(1)

    async def hand_over(self, apply: object, batch: Batch) -> object:
        del apply, batch
        raise StalledError(STALLED)

    async def stop(self) -> bool:
        await self._consumer.stop()
        return False


def test_a_store_that_stalls_is_told_before_the_process_ends_with_its_thread_at_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[Message] = []
    exits: list[tuple[Any, ...]] = []

    async def stream(*_: object) -> object:
        return SimpleNamespace(topics=Topics("stream-g1", 1), generation=1)

    monkeypatch.setattr(sink, "_fed_stream", stream)
    monkeypatch.setattr(sink, "Delivery", Stalled)
    monkeypatch.setattr(os, "_exit", lambda code: exits.append((code, *told)))
    options = SinkOptions(url(tmp_path / "s.db"), Connection("127.0.0.1:1"), Settings())
    with pytest.raises(Failed):
        asyncio.run(sink.serve(options, told.append))
    [(code, at_work, *rest)] = exits
    assert isinstance(at_work, AtWork)
    assert (code, rest) == (Exit.CHECK_FAILED, [Began(), Failure(STALLED)])

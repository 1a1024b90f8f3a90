"""A worker ends when its sink process cannot be tended any more."""

import asyncio
from typing import Any

import pytest

from sambung.terminal.child import Child
from sambung.worker import serving
from sambung.worker.sink_process import SinkProcess
from streams.metrics import Metrics


class LineTooLong(Child):
    """Tells a line that is longer than may be read."""

    async def ended(self) -> int:
        raise ValueError("Separator is not found, and chunk exceed the limit")

    async def stop(self) -> None: ...


def test_an_unforeseen_error_of_the_one_that_tends_it_ends_the_worker(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ended: list[Any] = []
    monkeypatch.setattr(serving.app, "end_process", lambda *given: ended.append(given))

    async def scenario() -> None:
        async with SinkProcess(LineTooLong(arguments=[]), Metrics().store) as sink:
            await serving._end_with(sink)

    asyncio.run(scenario())
    [(where, error)] = ended
    assert (where, type(error)) == ("store", ValueError)

"""A thread of a sink's own: one call after the other, and nobody has to wait for it."""

import asyncio
import threading

import pytest

from sinks.own_thread import OwnThread


def test_calls_run_in_their_order_in_one_thread() -> None:
    async def scenario() -> list[tuple[int, int]]:
        thread = OwnThread("test")
        calls = (lambda number=number: (number, threading.get_ident()) for number in range(5))
        return await asyncio.gather(*(thread.run(call) for call in calls))

    answers = asyncio.run(scenario())
    assert [number for number, _ in answers] == [0, 1, 2, 3, 4]
    assert len({ident for _, ident in answers} - {threading.get_ident()}) == 1


def test_what_a_call_raises_is_raised_where_it_is_awaited_and_the_next_one_runs() -> None:
    async def scenario() -> str:
        thread = OwnThread("test")
        with pytest.raises(ZeroDivisionError):
            await thread.run(lambda: 1 // 0)
        return await thread.run(lambda: "next")

    assert asyncio.run(scenario()) == "next"


def test_a_call_that_does_not_end_is_left_alone_and_keeps_nothing_alive() -> None:
    release = threading.Event()

    async def scenario() -> None:
        await OwnThread("test").run(release.wait, timeout_s=0.01)

    with pytest.raises(TimeoutError):
        asyncio.run(scenario())
    assert [one.daemon for one in threading.enumerate() if one.name == "test"][-1]
    release.set()

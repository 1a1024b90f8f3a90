"""Before a rebalance a consumer waits until its polls are acked, but not for ever."""

import asyncio
import gc
from pathlib import Path
from typing import Any

import pytest
from faust.types import TP

from tests.streams.engine.counting import INPUT, SESSION_S
from tests.streams.engine.faust.offline import poll, with_app

PARTITION = TP(INPUT, 0)


def test_an_unacked_poll_delays_a_rebalance_by_half_a_session_at_most(tmp_path: Path) -> None:
    async def scenario(app: Any) -> None:
        message = app.consumer._to_message(PARTITION, poll(0, 4))
        app.consumer._unacked_messages.add(message)
        async with asyncio.timeout(SESSION_S):
            await app.consumer.wait_empty()
        assert not app.consumer.unacked
        assert not app.consumer._acked

    gc.freeze()  # Faust collects garbage meanwhile: a second or more in a process that ran thousands of tests
    try:
        with_app(tmp_path, scenario)
    finally:
        gc.unfreeze()


def test_a_wait_for_acks_that_is_given_up_leaves_nothing_running(tmp_path: Path) -> None:
    async def scenario(app: Any) -> None:
        message = app.consumer._to_message(PARTITION, poll(0, 4))
        app.consumer._unacked_messages.add(message)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(SESSION_S / 20):
                await app.consumer.wait_empty()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        assert not (await asyncio.wait(others, timeout=SESSION_S))[1]

    with_app(tmp_path, scenario)

"""When a checkpoint is made, and when nothing may be written at all."""

import asyncio
from collections.abc import Callable
from time import monotonic
from types import SimpleNamespace
from typing import Any

import pytest

from streams.engine import kafka_ports
from streams.engine.checkpoint import CHECKPOINT_S, Stage
from streams.engine.connection import Connection
from streams.engine.kafka_ports import KafkaPorts
from tests.engine.counting import PARTITIONS, SESSION_S, count_spec


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def stage_at(clock: Callable[[], float]) -> Stage:
    ports: Any = None  # nothing is asked of the world before the first poll
    return Stage(count_spec(), ports, clock)


def test_under_backlog_checkpoints_are_some_time_apart() -> None:
    clock = Clock()
    stage = stage_at(clock)
    assert not stage.due(backlog=True)
    clock.now += 0.9 * CHECKPOINT_S
    assert not stage.due(backlog=True)
    clock.now += 0.1 * CHECKPOINT_S
    assert stage.due(backlog=True)


def test_without_backlog_a_checkpoint_is_due_at_once() -> None:
    assert stage_at(Clock()).due(backlog=False)


def ports_with_heartbeat(heard_at: float) -> tuple[KafkaPorts, SimpleNamespace]:
    thread = SimpleNamespace(last_heartbeat=heard_at)
    app: Any = SimpleNamespace(
        consumer=SimpleNamespace(_thread=thread), conf=SimpleNamespace(broker_session_timeout=SESSION_S)
    )
    producer: Any = None
    return KafkaPorts(
        app, None, producer, connection=Connection("127.0.0.1:1"), partitions=PARTITIONS
    ), thread


def test_nothing_is_written_until_the_group_has_given_a_sign_of_life_again() -> None:
    async def scenario() -> None:
        ports, thread = ports_with_heartbeat(monotonic() - 0.6 * SESSION_S)
        waiting = asyncio.ensure_future(ports.fence())
        await asyncio.sleep(SESSION_S / 8)
        assert not waiting.done()
        thread.last_heartbeat = monotonic()
        async with asyncio.timeout(SESSION_S):
            await waiting

    asyncio.run(scenario())


def test_a_fresh_sign_of_life_lets_it_write_at_once() -> None:
    async def scenario() -> None:
        ports, _ = ports_with_heartbeat(monotonic())
        async with asyncio.timeout(0.2):
            await ports.fence()

    asyncio.run(scenario())


def test_a_process_that_hears_nothing_for_long_gives_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kafka_ports, "FENCE_S", 0.2)
    ports, _ = ports_with_heartbeat(monotonic() - SESSION_S)
    with pytest.raises(TimeoutError, match="nothing is written any more"):
        asyncio.run(ports.fence())

"""When a checkpoint is made, and when nothing may be written at all."""

import asyncio
from time import monotonic
from types import SimpleNamespace
from typing import Any

import pytest

from streams.engine import pace
from streams.engine.checkpoint import Stage
from streams.engine.faust import kafka_ports
from streams.engine.faust.kafka_ports import KafkaPorts
from streams.engine.kafka.connection import Connection
from streams.engine.pace import (
    CHECKPOINT_S,
    CHECKPOINT_SHARE,
    MAX_CHECKPOINT_S,
    MAX_LINGER_S,
    MAX_UNSENT_RECORDS,
    SETTLE_S,
    Pace,
)
from tests.streams.engine.counting import OUTPUT, PARTITIONS, SESSION_S, count_spec
from tests.streams.engine.recording import RecordingPorts, poll


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_checkpoint_is_due_some_time_after_the_first_poll_that_is_not_durable() -> None:
    async def scenario() -> None:
        clock = Clock()
        stage = Stage(count_spec(), RecordingPorts(), clock)
        clock.now += CHECKPOINT_S
        assert not stage.due
        await stage.feed(0, poll(0, b""), lambda: None)
        clock.now += 0.9 * CHECKPOINT_S
        await stage.feed(0, poll(1, b""), lambda: None)
        await stage.flush()
        assert not stage.due
        clock.now += 0.1 * CHECKPOINT_S
        assert stage.due
        await stage.checkpoint()
        assert not stage.due

    asyncio.run(scenario())


def test_the_longer_checkpoints_take_the_rarer_they_are() -> None:
    def due_after(checkpoint_took_s: float) -> float:
        clock = Clock()
        pace = Pace(clock)
        pace.checkpointed(checkpoint_took_s)
        pace.folded(1)
        began = clock.now
        while not pace.overdue:
            clock.now += 0.125
        return clock.now - began

    assert due_after(0.01) == CHECKPOINT_S
    assert due_after(0.25) == 0.25 / CHECKPOINT_SHARE
    assert due_after(3.0) == MAX_CHECKPOINT_S


def test_after_a_flush_it_waits_for_more_as_long_as_that_took() -> None:
    clock = Clock()
    pace = Pace(clock)
    pace.folded(1)
    assert pace.lingers_s <= 0, "nothing was sent yet"
    pace.sending()
    clock.now += 0.0625
    pace.sent(0.0625)
    pace.folded(1)
    assert pace.lingers_s == 0.0625
    clock.now += 0.0625
    assert pace.lingers_s == 0


def test_after_a_pause_it_does_not_wait_for_more_however_long_the_last_flush_took() -> None:
    clock = Clock()
    pace = Pace(clock)
    pace.sent(20.0)
    clock.now += MAX_LINGER_S
    pace.folded(1)
    assert pace.lingers_s <= 0


def test_a_checkpoint_is_due_when_far_more_is_in_memory_than_may_stay() -> None:
    async def scenario() -> None:
        stage = Stage(count_spec(), RecordingPorts(), cached_groups=3)
        for offset in range(6):
            await stage.feed(0, poll(offset, b"", key=b"%d" % offset), lambda: None)
            assert not stage.due
        await stage.feed(0, poll(6, b"", key=b"6"), lambda: None)
        assert stage.due
        await stage.checkpoint()
        assert not stage.due
        assert stage.cached_rows == 3

    asyncio.run(scenario())


def test_a_checkpoint_is_due_when_the_values_folded_are_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pace, "MAX_FOLDED_BYTES", 10)

    async def scenario() -> None:
        stage = Stage(count_spec(), RecordingPorts())
        await stage.feed(0, poll(0, b"123456789"), lambda: None)
        assert not stage.due
        await stage.feed(0, poll(1, b"0"), lambda: None)
        assert stage.due
        await stage.checkpoint()
        assert not stage.due

    asyncio.run(scenario())


def test_a_checkpoint_is_made_when_it_is_due_though_polls_go_on_coming() -> None:
    async def scenario() -> None:
        clock, ports = Clock(), RecordingPorts()
        stage = Stage(count_spec(), ports, clock)
        await stage.feed(0, poll(0, b""), lambda: ports.asked.append("ack"))
        await stage.checkpoint_if_due()
        assert ports.asked == []
        clock.now += CHECKPOINT_S
        await stage.checkpoint_if_due()
        assert ports.asked[-1] == "ack"

    asyncio.run(scenario())


def test_where_very_much_waits_to_be_sent_it_is_though_polls_go_on_coming() -> None:
    async def scenario() -> None:
        ports = RecordingPorts()
        stage = Stage(count_spec(), ports)
        half = MAX_UNSENT_RECORDS // 2
        for first in (0, half, 2 * half):
            await stage.feed(0, poll(first, *[b""] * half), lambda: ports.asked.append("ack"))
            await stage.checkpoint_if_due()
            assert len(ports.asked) == (0 if first == 0 else 3)
        assert [asked.split()[0] for asked in ports.asked] == ["fence", "send", "acknowledged"]

    asyncio.run(scenario())


async def after_a_poll(coming: "asyncio.Future[None]") -> list[str]:
    """What a stage that folded one poll asks for while it waits for the next."""
    ports = RecordingPorts()
    stage = Stage(count_spec(), ports)
    await stage.feed(0, poll(0, b""), lambda: ports.asked.append("ack"))
    await stage.on_idle(coming)
    return ports.asked


def test_where_no_poll_comes_all_is_sent_and_then_made_durable() -> None:
    async def scenario() -> None:
        asked = await after_a_poll(asyncio.get_running_loop().create_future())
        assert asked[1] == f"send {OUTPUT} k"
        assert asked[-2:] == ["store k at 0", "ack"]

    asyncio.run(scenario())


def test_where_polls_come_soon_it_is_sent_only() -> None:
    async def scenario() -> None:
        coming = asyncio.get_running_loop().create_future()
        asyncio.get_running_loop().call_later(SETTLE_S / 3, coming.set_result, None)
        assert await after_a_poll(coming) == ["fence", f"send {OUTPUT} k", "acknowledged"]

    asyncio.run(scenario())


def test_where_a_poll_waits_already_it_is_folded_first() -> None:
    async def scenario() -> None:
        coming = asyncio.get_running_loop().create_future()
        coming.set_result(None)
        assert await after_a_poll(coming) == []

    asyncio.run(scenario())


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

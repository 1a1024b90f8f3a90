"""Timing of checkpoints, and the fence before every write."""

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
        started = clock.now
        while not pace.overdue:
            clock.now += 0.125
        return clock.now - started

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


def test_a_checkpoint_is_made_when_it_is_due_even_if_polls_keep_arriving() -> None:
    async def scenario() -> None:
        clock, ports = Clock(), RecordingPorts()
        stage = Stage(count_spec(), ports, clock)
        await stage.feed(0, poll(0, b""), lambda: ports.calls.append("ack"))
        await stage.checkpoint_if_due()
        assert ports.calls == []
        clock.now += CHECKPOINT_S
        await stage.checkpoint_if_due()
        assert ports.calls[-1] == "ack"

    asyncio.run(scenario())


def test_many_unsent_records_are_flushed_even_if_polls_keep_arriving() -> None:
    async def scenario() -> None:
        ports = RecordingPorts()
        stage = Stage(count_spec(), ports)
        half = MAX_UNSENT_RECORDS // 2
        for first in (0, half, 2 * half):
            await stage.feed(0, poll(first, *[b""] * half), lambda: ports.calls.append("ack"))
            await stage.checkpoint_if_due()
            assert len(ports.calls) == (0 if first == 0 else 3)
        assert [call.split()[0] for call in ports.calls] == ["fence", "send", "acknowledged"]

    asyncio.run(scenario())


async def after_a_poll(coming: "asyncio.Future[None]") -> list[str]:
    """Calls of a stage that folded one poll and waits for the next."""
    ports = RecordingPorts()
    stage = Stage(count_spec(), ports)
    await stage.feed(0, poll(0, b""), lambda: ports.calls.append("ack"))
    await stage.on_idle(coming)
    return ports.calls


def test_without_a_further_poll_all_is_sent_and_then_made_durable() -> None:
    async def scenario() -> None:
        calls = await after_a_poll(asyncio.get_running_loop().create_future())
        assert calls[1] == f"send {OUTPUT} k"
        assert calls[-2:] == ["store k at 0", "ack"]

    asyncio.run(scenario())


def test_with_a_poll_soon_it_is_sent_only() -> None:
    async def scenario() -> None:
        coming = asyncio.get_running_loop().create_future()
        asyncio.get_running_loop().call_later(SETTLE_S / 3, coming.set_result, None)
        assert await after_a_poll(coming) == ["fence", f"send {OUTPUT} k", "acknowledged"]

    asyncio.run(scenario())


def test_a_poll_that_waits_already_is_folded_first() -> None:
    async def scenario() -> None:
        coming = asyncio.get_running_loop().create_future()
        coming.set_result(None)
        assert await after_a_poll(coming) == []

    asyncio.run(scenario())


def ports_with_heartbeat(heartbeat_at: float) -> tuple[KafkaPorts, SimpleNamespace]:
    thread = SimpleNamespace(last_heartbeat=heartbeat_at)
    app: Any = SimpleNamespace(
        consumer=SimpleNamespace(_thread=thread), conf=SimpleNamespace(broker_session_timeout=SESSION_S)
    )
    send: Any = None
    return KafkaPorts(app, None, send, connection=Connection("127.0.0.1:1"), partitions=PARTITIONS), thread


def test_nothing_is_written_until_a_heartbeat_is_accepted_again() -> None:
    async def scenario() -> None:
        ports, thread = ports_with_heartbeat(monotonic() - 0.6 * SESSION_S)
        waiting = asyncio.ensure_future(ports.fence())
        await asyncio.sleep(SESSION_S / 8)
        assert not waiting.done()
        thread.last_heartbeat = monotonic()
        async with asyncio.timeout(SESSION_S):
            await waiting

    asyncio.run(scenario())


def test_after_a_fresh_heartbeat_it_writes_at_once() -> None:
    async def scenario() -> None:
        ports, _ = ports_with_heartbeat(monotonic())
        async with asyncio.timeout(0.2):
            await ports.fence()

    asyncio.run(scenario())


def test_a_process_without_heartbeats_for_long_gives_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kafka_ports, "FENCE_S", 0.2)
    ports, _ = ports_with_heartbeat(monotonic() - SESSION_S)
    with pytest.raises(TimeoutError, match="nothing is written any more"):
        asyncio.run(ports.fence())

"""What the watchdog sees, on an application that says what the test wants."""

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka.structs import TopicPartition

from streams.engine import watchdog as module
from streams.engine.watchdog import StalledError, Watchdog

INPUT = TopicPartition("input", 0)
OUTPUT = TopicPartition("output", 1)
STAGES: Any = [SimpleNamespace(folded=0, turns=0, spec=SimpleNamespace(topic="input"))]


def application(**changes: Any) -> Any:
    """One partition, committed to its end at 5; an output whose log ends at 9."""

    async def highwaters(*asked: TopicPartition) -> dict[TopicPartition, int]:
        return {one: {INPUT: 5, OUTPUT: 9}[one] for one in asked}

    consumer = SimpleNamespace(
        _committed_offset={INPUT: changes.pop("committed", 5)},
        assignment=lambda: {INPUT},
        is_input=lambda _: True,
        topic_partitions=dict.fromkeys(["input"], changes.pop("partitions", 1)).get,
        highwaters=changes.pop("highwaters", highwaters),
    )
    recovery = SimpleNamespace(active_offsets={})
    found = {"rebalancing": False, "consumer": consumer, "tables": SimpleNamespace(recovery=recovery)}
    return SimpleNamespace(**(found | changes))


def reader(at: int, *, busy: bool = False) -> Any:
    return SimpleNamespace(positions={tuple(OUTPUT): at}, busy=busy)


async def watched(watchdog: Watchdog, monkeypatch: pytest.MonkeyPatch, looks: int = 20) -> None:
    """A while of looks that follow each other at once, on a clock of which each takes two seconds."""
    clock = iter(range(0, 1_000, 1))
    monkeypatch.setattr(module, "monotonic", lambda: next(clock))
    monkeypatch.setattr(module, "LOOK_S", 0.0)
    watching = asyncio.ensure_future(watchdog.watch())
    for _ in range(looks):
        await asyncio.sleep(0)
        if watching.done():
            break
    watching.cancel()
    if watching.done() and not watching.cancelled():
        watching.result()


def watch(monkeypatch: pytest.MonkeyPatch, app: Any, read: Any = None) -> Watchdog:
    async def scenario() -> Watchdog:
        watchdog = Watchdog(app, STAGES, 6.0, read)
        await watched(watchdog, monkeypatch)
        return watchdog

    return asyncio.run(scenario())


def test_nothing_to_do_is_no_stall(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = watch(monkeypatch, application(), reader(9))
    assert (seen.lags, seen.silence, seen.stalled_s) == ({INPUT: 0, OUTPUT: 0}, "", 0)


def test_work_and_no_commit_ends_it(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(StalledError, match="there is work: input/0 from offset 3"):
        watch(monkeypatch, application(committed=3))


def test_outputs_that_nobody_takes_end_it(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(StalledError, match="there is work: output/1 from offset 4"):
        watch(monkeypatch, application(), reader(4))


def test_a_reader_that_has_records_in_hand_is_left_to_its_own_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = watch(monkeypatch, application(), reader(4, busy=True))
    assert seen.lags == {INPUT: 0, OUTPUT: 5}


def test_a_broker_that_does_not_tell_ends_it_and_no_lag_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    async def lost(*_: object) -> dict[TopicPartition, int]:
        raise LookupError("nobody knows")

    with pytest.raises(StalledError, match="nobody knows"):
        watch(monkeypatch, application(highwaters=lost))


def test_a_rebalance_that_does_not_end_ends_it(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(StalledError, match="a rebalance is not over"):
        watch(monkeypatch, application(rebalancing=True))


def test_topics_that_the_broker_lost_are_work_that_nobody_does(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody gets a partition of them, so nothing is behind; without this a worker would wait for ever."""
    with pytest.raises(StalledError, match="the broker has no input any more"):
        watch(monkeypatch, application(partitions=None))

"""The watchdog, on a simulated application."""

import asyncio
from collections.abc import Iterable
from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka.structs import TopicPartition

from streams.engine.faust import watchdog as module
from streams.engine.faust.watchdog import Watchdog
from streams.engine.kafka.log_ends import Watermarks
from streams.engine.kafka.transactions import OpenTransaction
from streams.engine.stall import StalledError
from tests.logged import logged_by

Logs = tuple[dict[TopicPartition, Watermarks], list[OpenTransaction]]

INPUT = TopicPartition("input", 0)
OUTPUT = TopicPartition("output", 1)
STAGES: Any = [SimpleNamespace(folded=0, yields=0, spec=SimpleNamespace(name="count", topic="input"))]


def application(**changes: Any) -> Any:
    """One partition, committed to 5, behind which transactions are open; an output whose log ends at 9."""
    held_back = changes.pop("held_back", [])
    ends = {INPUT: 5 + sum(one.records for one in held_back), OUTPUT: 9}

    async def inspect_logs(asked: Iterable[TopicPartition]) -> Logs:
        return {one: Watermarks(0, ends[one], {INPUT: 5, OUTPUT: 9}[one]) for one in asked}, held_back

    consumer = SimpleNamespace(
        _committed_offset={INPUT: changes.pop("committed", 5)},
        assignment=lambda: {INPUT},
        is_input=lambda _: True,
        topic_partitions=dict.fromkeys(["input"], changes.pop("partitions", 1)).get,
        inspect_logs=changes.pop("inspect_logs", inspect_logs),
    )
    recovery = SimpleNamespace(active_offsets={})
    found = {"rebalancing": False, "consumer": consumer, "tables": SimpleNamespace(recovery=recovery)}
    return SimpleNamespace(**(found | changes))


def reader(at: int, *, busy: bool = False) -> Any:
    return SimpleNamespace(positions={tuple(OUTPUT): at}, busy=busy)


async def watched(watchdog: Watchdog, monkeypatch: pytest.MonkeyPatch, checks: int = 20) -> None:
    """Let the watchdog check several times without a pause, on a clock by which each check takes seconds."""
    clock = iter(range(0, 1_000, 1))
    monkeypatch.setattr(module, "monotonic", lambda: next(clock))
    monkeypatch.setattr(module, "CHECK_S", 0.0)
    watching = asyncio.ensure_future(watchdog.watch())
    for _ in range(checks):
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
    assert (seen.lags, seen.lags_unknown, seen.stalled_s) == ({INPUT: 0, OUTPUT: 0}, "", 0)


def test_work_and_no_commit_ends_it(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(StalledError, match="there is work: input/0 from offset 3"):
        watch(monkeypatch, application(committed=3))


def test_a_stage_that_stands_still_ends_it_while_others_are_busy(monkeypatch: pytest.MonkeyPatch) -> None:
    class Busy:
        spec = SimpleNamespace(name="busy", topic="busy")
        yields = 0

        @property
        def folded(self) -> int:
            self.yields += 1
            return 0

    monkeypatch.setattr(f"{__name__}.STAGES", [*STAGES, Busy()])
    app = application(committed=3)
    app.consumer.topic_partitions = lambda _: 1
    with pytest.raises(StalledError, match="there is work: input/0 from offset 3"):
        watch(monkeypatch, app)


def test_a_log_that_ends_before_what_was_read_ends_it(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(LookupError, match="input/0 ends 2 records before what was read of it"):
        watch(monkeypatch, application(committed=7))


def test_a_new_leader_may_tell_an_earlier_end_for_a_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    ends = iter([9, 7, 9, 8, 9, 7])

    async def changing(_: object) -> Logs:
        end = next(ends, 9)
        return {OUTPUT: Watermarks(0, end, end), INPUT: Watermarks(0, 5, 5)}, []

    assert watch(monkeypatch, application(inspect_logs=changing), reader(9)).lags == {INPUT: 0, OUTPUT: 0}


def test_outputs_that_nobody_reads_end_it(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(StalledError, match="there is work: output/1 from offset 4"):
        watch(monkeypatch, application(), reader(4))


def test_a_busy_reader_is_left_to_its_own_timeouts(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = watch(monkeypatch, application(), reader(4, busy=True))
    assert seen.lags == {INPUT: 0, OUTPUT: 5}


TRANSACTION = OpenTransaction("input", 0, 5, 12, "4711/0")


def test_records_behind_an_open_transaction_are_no_work(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = watch(monkeypatch, application(held_back=[TRANSACTION]), reader(9))
    assert (seen.lags[INPUT], seen.stalled_s, seen.held_back) == (0, 0, [TRANSACTION])


def test_an_open_transaction_is_logged_once_when_it_lasts_and_when_it_ended(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen = Watchdog(application(), STAGES, 6.0)
    other = TRANSACTION._replace(offset=99)
    with logged_by(module, monkeypatch) as logged:
        for held_back in ([TRANSACTION], [other], [TRANSACTION], [TRANSACTION], [TRANSACTION], []):
            seen._log_open_transactions(held_back)
    assert logged == [
        {"event": "open_transaction", "log_level": "warning", **TRANSACTION._asdict()},
        {
            "event": "open_transaction_ended",
            "log_level": "info",
            "topic": "input",
            "partition": 0,
            "offset": 5,
        },
    ]


def test_a_broker_that_does_not_answer_ends_it(monkeypatch: pytest.MonkeyPatch) -> None:
    async def lost(_: object) -> Logs:
        raise LookupError("nobody knows")

    with pytest.raises(StalledError, match="nobody knows"):
        watch(monkeypatch, application(inspect_logs=lost))


def test_a_rebalance_that_does_not_end_ends_it(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(StalledError, match="a rebalance is not over"):
        watch(monkeypatch, application(rebalancing=True))


def test_topics_that_the_broker_lost_are_work_that_nobody_does(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is assigned their partitions, so there is no lag; without this a worker would wait for ever."""
    with pytest.raises(StalledError, match="the broker has no input any more"):
        watch(monkeypatch, application(partitions=None))

"""The sink process seen from its worker: what it tells, and what becomes of the worker when it ends."""

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable
from typing import IO, Any

import pytest
from prometheus_client import generate_latest

from sambung.terminal.child import Child
from sambung.terminal.exits import Failed
from sambung.worker import sink_process
from sambung.worker.sink_messages import AtWork, Away, Began, Failure, Message, Wrote, line_of
from sambung.worker.sink_process import LONGEST_SILENCE_S, STARTING, SinkProcess
from sinks.base import Applied
from streams.metrics import Metrics

CREDIT = ("credit", 0)
AT_WORK = AtWork(3, [(*CREDIT, 5)])
WROTE = Wrote([(*CREDIT, 9)], Applied(statements=2, foreign=1), 0.5)


class Scripted(Child):
    """Tells what the test has it tell, and ends when the test says so."""

    def __init__(self) -> None:
        super().__init__(arguments=[])
        self.starts = 0
        self._codes: asyncio.Queue[int] = asyncio.Queue()

    async def start(self, log: IO[bytes] | None = None) -> None:
        del log
        self.starts += 1

    async def ended(self) -> int:
        return await self._codes.get()

    async def stop(self) -> None: ...

    def tell(self, *messages: Message) -> None:
        for message in messages:
            self.hear(line_of(message))

    def end(self, code: int) -> None:
        self._codes.put_nowait(code)


def tended(scenario: Callable[[Scripted, SinkProcess], Awaitable[object]]) -> str:
    """Run a scenario; return the metrics after it."""
    metrics = Metrics()

    async def run() -> None:
        child = Scripted()
        async with asyncio.timeout(10), SinkProcess(child, metrics.store) as process:
            await scenario(child, process)

    asyncio.run(run())
    return generate_latest(metrics.registry).decode()


def clock_of(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Its seconds, which pass when the test says so; pauses are none."""
    seconds = [0.0]
    monkeypatch.setattr(sink_process, "monotonic", lambda: seconds[0])
    monkeypatch.setattr(sink_process, "FIRST_PAUSE_S", 0.0)
    return seconds


async def killed(child: Scripted) -> None:
    """Return when it is started again."""
    starts = child.starts
    child.end(-signal.SIGKILL)
    while child.starts == starts:  # noqa: ASYNC110  a pause of some milliseconds
        await asyncio.sleep(0.001)


def test_what_it_tells_is_readiness_progress_and_metrics() -> None:
    async def scenario(child: Scripted, process: SinkProcess) -> None:
        assert (process.busy, process.trouble) == (True, STARTING)
        child.tell(AT_WORK)
        await process.until_at_work(3)
        assert (process.busy, process.trouble, process.positions) == (False, "", {CREDIT: 5})
        child.tell(Began(), Away("The disk is full."))
        assert (process.busy, process.trouble, process.positions) == (True, "The disk is full.", {CREDIT: 5})
        child.tell(WROTE)
        child.hear(b"a line of some library\n")
        assert (process.busy, process.trouble, process.positions) == (False, "", {CREDIT: 9})

    figures = tended(scenario)
    assert "sambung_store_failures_total 1.0" in figures
    assert "sambung_store_batches_total 1.0" in figures
    assert "sambung_store_batch_seconds_sum 0.5" in figures
    assert 'sambung_store_records_total{kind="statements"} 2.0' in figures
    assert "sambung_store_foreign_total 1.0" in figures
    assert "sambung_store_reachable 1.0" in figures


def test_killed_it_is_started_again_and_the_worker_is_not_ready_meanwhile(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sink_process, "FIRST_PAUSE_S", 0.01)

    async def scenario(child: Scripted, process: SinkProcess) -> None:
        child.tell(AT_WORK)
        for _ in range(3):
            await killed(child)
            assert (process.busy, process.trouble) == (True, STARTING)
            child.tell(AT_WORK)
            assert process.trouble == ""

    assert "sambung_store_reachable 1.0" in tended(scenario)


def test_ended_by_itself_it_ends_the_worker_with_its_code_and_sentence() -> None:
    async def scenario(child: Scripted, process: SinkProcess) -> None:
        child.tell(AT_WORK, Failure("A member is stated twice."))
        child.end(2)
        await process.until_failed()

    with pytest.raises(Failed, match="A member is stated twice") as failed:
        tended(scenario)
    assert failed.value.code == 2


def test_ended_before_it_was_at_work_it_fails_the_start() -> None:
    async def scenario(child: Scripted, process: SinkProcess) -> None:
        child.end(3)
        await process.until_at_work(3)

    with pytest.raises(Failed, match=r"The process that writes the store ended \(exit code 3\)") as failed:
        tended(scenario)
    assert failed.value.code == 3


def test_a_new_stream_in_the_store_ends_the_worker_of_the_old_one() -> None:
    async def other_from_the_start(child: Scripted, process: SinkProcess) -> None:
        child.tell(AT_WORK)
        await process.until_at_work(2)

    async def other_after_a_kill(child: Scripted, process: SinkProcess) -> None:
        del process
        child.tell(AT_WORK)
        child.tell(AtWork(4, []))

    for scenario in (other_from_the_start, other_after_a_kill):
        with pytest.raises(Failed, match="A new stream has begun in this store"):
            tended(scenario)


@pytest.mark.parametrize("code", [128 + signal.SIGTERM, -signal.SIGTERM], ids=["in order", "while it starts"])
def test_told_to_stop_it_has_the_worker_stop_too(monkeypatch: pytest.MonkeyPatch, code: int) -> None:
    killed: list[Any] = []
    monkeypatch.setattr(os, "kill", lambda *given: killed.append(given))

    async def scenario(child: Scripted, process: SinkProcess) -> None:
        del process
        child.tell(AT_WORK)
        child.end(code)
        while not killed:  # noqa: ASYNC110  as above
            await asyncio.sleep(0.001)

    tended(scenario)
    assert killed == [(os.getpid(), signal.SIGTERM)]


def test_one_that_is_frozen_is_not_busy_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    """Then the watchdog counts the work that it leaves."""
    monkeypatch.setattr(sink_process, "LONGEST_SILENCE_S", 0.0)

    async def scenario(child: Scripted, process: SinkProcess) -> None:
        child.tell(AT_WORK, Began())
        assert not process.busy

    tended(scenario)


@pytest.mark.parametrize("told", [(), (Began(),), (Began(), Away("The disk is full."))], ids=repr)
def test_one_that_is_killed_again_and_again_is_busy_until_it_has_written_nothing_for_long(
    monkeypatch: pytest.MonkeyPatch, told: tuple[Message, ...]
) -> None:
    """Then the watchdog counts the work that it leaves."""
    clock = clock_of(monkeypatch)

    async def scenario(child: Scripted, process: SinkProcess) -> None:
        child.tell(AT_WORK, Began(), WROTE)
        for lived_s in (LONGEST_SILENCE_S + 1, 70, LONGEST_SILENCE_S - 71, 2):
            clock[0] += lived_s
            await killed(child)
            assert process.busy == (lived_s > 2)
            child.tell(AT_WORK, *told)
        child.tell(WROTE, Began())
        assert process.busy

    tended(scenario)


def test_one_that_was_killed_once_and_had_nothing_to_write_is_busy_when_it_has(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock = clock_of(monkeypatch)

    async def scenario(child: Scripted, process: SinkProcess) -> None:
        child.tell(AT_WORK)
        await killed(child)
        child.tell(AT_WORK)
        for message in (Began(), *[Away("The disk is full.")] * 20):
            clock[0] += LONGEST_SILENCE_S + 1
            child.tell(message)
            assert process.busy

    tended(scenario)

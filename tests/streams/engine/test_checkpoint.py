"""The order of a checkpoint, on ports that record their calls."""

import asyncio
import re
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from streams.engine.checkpoint import Stage
from streams.engine.failures import FoldError, RecordPosition
from streams.engine.ports import StageSpec
from streams.engine.rows import CachedRows
from streams.step import Out, Record
from tests.streams.engine.counting import (
    CHANGELOG,
    CODEC,
    INPUT,
    OUTPUT,
    POISON,
    Count,
    CountFold,
    count_spec,
)
from tests.streams.engine.recording import RecordingPorts, poll


class WriteLastFold(CountFold):
    """Counts, and has a row that must be written after the counts."""

    def step(self, record: Record) -> None:
        super().step(record)
        self._rows.group(b"last")[b""] = Count(record.offset, 0)
        self._rows.write(b"last", b"", write_last=True)


def run(scenario: Coroutine[Any, Any, None]) -> None:
    asyncio.run(scenario)


def test_a_checkpoint_keeps_its_order_and_acks_last() -> None:
    def fold(rows: CachedRows[Count], _partition: int) -> WriteLastFold:
        return WriteLastFold(rows)

    async def scenario() -> None:
        ports = RecordingPorts()
        stage = Stage(StageSpec("count", INPUT, CHANGELOG, CODEC, fold), ports)
        await stage.feed(0, poll(0, b"", b""), lambda: ports.calls.append("ack"))
        assert ports.calls == []
        await stage.checkpoint()
        assert ports.calls == [
            "fence",
            f"send {OUTPUT} k",
            "acknowledged",
            f"send {CHANGELOG} k",
            "acknowledged",
            "store k at 0",
            f"send {CHANGELOG} last",
            "acknowledged",
            "store last at 1",
            "ack",
        ]

    run(scenario())


def test_a_flush_sends_and_acks_nothing_and_the_checkpoint_does_not_send_it_again() -> None:
    async def scenario() -> None:
        ports = RecordingPorts()
        stage = Stage(count_spec(), ports)
        await stage.feed(0, poll(0, b"", b""), lambda: ports.calls.append("ack"))
        await stage.flush()
        assert ports.calls == ["fence", f"send {OUTPUT} k", "acknowledged"]
        await stage.flush()
        ports.calls.clear()
        await stage.checkpoint()
        assert ports.calls == ["fence", f"send {CHANGELOG} k", "acknowledged", "store k at 0", "ack"]

    run(scenario())


def test_polls_are_acked_in_their_order_and_once() -> None:
    async def scenario() -> None:
        acked: list[int] = []
        stage = Stage(count_spec(), RecordingPorts())
        for first in (0, 1, 2):
            await stage.feed(0, poll(first, b""), lambda first=first: acked.append(first))
        await stage.checkpoint()
        await stage.checkpoint()
        assert acked == [0, 1, 2]

    run(scenario())


@pytest.mark.parametrize("step", [Stage.flush, Stage.checkpoint])
def test_records_folded_before_a_rebalance_are_neither_sent_nor_written_nor_acked(
    step: Callable[[Stage], Coroutine[Any, Any, None]],
) -> None:
    async def scenario() -> None:
        ports = RecordingPorts()
        stage = Stage(count_spec(), ports)
        await stage.feed(0, poll(0, b""), lambda: ports.calls.append("ack"))
        stage.drop()
        await step(stage)
        assert ports.calls == []

    run(scenario())


def test_a_gap_after_the_committed_offset_ends_it() -> None:
    async def scenario() -> None:
        stage = Stage(count_spec(), RecordingPorts(committed=5))
        with pytest.raises(FoldError) as failed:
            await stage.feed(0, poll(7, b""), lambda: None)
        assert str(failed.value) == (
            f"{INPUT}/0: records between offset 5 and 7 are missing. "
            "Nothing was skipped; start the worker again."
        )

    run(scenario())


def test_records_that_come_twice_are_folded_once() -> None:
    async def scenario() -> None:
        stage = Stage(count_spec(), RecordingPorts(committed=0))
        await stage.feed(0, poll(0, b"", b""), lambda: None)
        await stage.feed(0, poll(0, b"", b"", b""), lambda: None)
        assert stage.folded == 3

    run(scenario())


def test_a_failure_names_the_record_and_leaves_it_unacked() -> None:
    async def scenario() -> None:
        acked: list[str] = []
        stage = Stage(count_spec(), RecordingPorts())
        with pytest.raises(FoldError) as failed:
            await stage.feed(0, poll(3, b"", POISON), lambda: acked.append("ack"))
        assert failed.value.position == RecordPosition("count", INPUT, 0, 4)
        message = re.sub(r":[0-9]+ step", ":LINE step", str(failed.value))
        assert message == (
            f"{INPUT}/0 offset 4: stage count failed on this record "
            "(ValueError at streams/engine/counting.py:LINE step). "
            "Nothing of it was kept; mend the cause and start again."
        )
        await stage.checkpoint()
        assert acked == []

    run(scenario())


class FailingOutputs(CountFold):
    """Fails in `outputs`, with a text that quotes the record."""

    def outputs(self) -> list[Out]:
        raise KeyError("3201011505900001")


def test_a_failure_after_the_fold_names_the_last_record_and_quotes_nothing() -> None:
    spec = StageSpec("count", INPUT, CHANGELOG, CODEC, lambda rows, _partition: FailingOutputs(rows))

    async def scenario() -> None:
        stage = Stage(spec, RecordingPorts())
        await stage.feed(0, poll(7, b"", b""), lambda: None)
        with pytest.raises(FoldError, match="what follows from the records up to this one") as failed:
            await stage.checkpoint()
        assert failed.value.position == RecordPosition("count", INPUT, 0, 8)
        assert "3201011505900001" not in str(failed.value)

    run(scenario())

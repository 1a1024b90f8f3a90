"""What a stage tells an observer: what it sent, how long it took, and how old the cause is."""

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest

from streams.engine.checkpoint import Stage
from streams.engine.observing import SINCE, oldest_origin_ms
from streams.engine.ports import StageSpec
from streams.engine.records import KeyValue, Poll, Records
from tests.streams.engine.counting import CHANGELOG, CODEC, INPUT, OUTPUT, CountFold
from tests.streams.engine.recording import RecordingPorts

Headers = tuple[tuple[str, bytes], ...]


class Notes:
    """Writes down what it is told."""

    def __init__(self) -> None:
        self.sent_since: list[int | None] = []
        self.runs: list[list[KeyValue]] = []
        self.checkpoints: list[str] = []

    def sent(self, stage: str, records: Records, since_ms: int | None) -> None:
        del stage
        self.sent_since.append(since_ms)
        self.runs += [list(run) for run in records.values()]

    def checkpointed(self, stage: str, took_s: float) -> None:
        assert took_s >= 0
        self.checkpoints.append(stage)


def stage_of(notes: Notes, **spec: Any) -> Stage:
    counting = StageSpec("count", INPUT, CHANGELOG, CODEC, lambda rows, _partition: CountFold(rows), **spec)
    return Stage(counting, RecordingPorts(), observer=notes)


def poll(first: int, *times_and_headers: tuple[int, Headers]) -> Poll:
    records = [
        SimpleNamespace(offset=first + index, timestamp=ms, key=b"k%d" % index, value=b"", headers=headers)
        for index, (ms, headers) in enumerate(times_and_headers)
    ]
    return Poll(first, records, first + len(records))


def fed(stage: Stage, *polls: Poll) -> None:
    async def scenario() -> None:
        for one in polls:
            await stage.feed(0, one, lambda: None)
        await stage.checkpoint()

    asyncio.run(scenario())


def test_records_from_outside_are_causes_themselves_and_the_oldest_is_handed_on_once_a_run() -> None:
    notes = Notes()
    stage = stage_of(notes, from_outside=True, downstream_topics=frozenset({OUTPUT}))
    fed(stage, poll(0, (5_000, ()), (6_000, ())), poll(2, (4_000, ()), (9_000, ())))
    assert notes.sent_since == [4_000]
    assert [[headers for _, _, headers in run] for run in notes.runs] == [[(), ((SINCE, b"4000"),)]]
    assert stage.newest_ms == 9_000


def test_between_stages_the_age_is_what_the_records_carry_not_their_own() -> None:
    notes = Notes()
    carried = ((SINCE, b"1000"),)
    fed(stage_of(notes, downstream_topics=frozenset({OUTPUT})), poll(0, (7_000, ()), (8_000, carried)))
    assert notes.sent_since == [1_000]


def test_where_nobody_told_nothing_is_known_and_nothing_handed_on() -> None:
    notes = Notes()
    fed(stage_of(notes, downstream_topics=frozenset({OUTPUT})), poll(0, (7_000, ())))
    assert notes.sent_since == [None]
    assert [headers for run in notes.runs for _, _, headers in run] == [()]


def test_a_topic_for_others_carries_nothing_of_ours() -> None:
    notes = Notes()
    fed(stage_of(notes, from_outside=True), poll(0, (7_000, ())))
    assert notes.sent_since == [7_000]
    assert [headers for run in notes.runs for _, _, headers in run] == [()]


def test_each_checkpoint_is_told_once_and_starts_from_its_own_causes() -> None:
    notes = Notes()
    stage = stage_of(notes, from_outside=True)
    fed(stage, poll(0, (1_000, ())))
    fed(stage, poll(1, (2_000, ())))
    fed(stage)
    assert notes.sent_since == [1_000, 2_000]
    assert notes.checkpoints == ["count", "count"]


@pytest.mark.parametrize("timestamp", [-1, 0])
def test_a_record_without_a_time_is_no_cause_that_could_be_dated(timestamp: int) -> None:
    assert oldest_origin_ms(poll(0, (timestamp, ())), from_outside=True) is None


@pytest.mark.parametrize("from_outside", [True, False])
def test_a_poll_without_records_has_no_cause(from_outside: bool) -> None:  # noqa: FBT001
    assert oldest_origin_ms(Poll(5, [], 6), from_outside=from_outside) is None


@pytest.mark.parametrize(
    "said", [None, b"", b"x", b"\xff", b"-1", b"+1", b"1_0", b" 1", "\u0661".encode(), b"9" * 5_000]
)
def test_a_header_of_that_name_that_is_no_time_says_nothing(said: bytes | None) -> None:
    told = ((SINCE, said), (SINCE, b"1000"), (b"\xff", said))
    found = poll(0, (7_000, ((SINCE, said),)), (7_000, told))  # type: ignore[arg-type]
    assert oldest_origin_ms(found, from_outside=False) == 1_000


@pytest.mark.parametrize("timestamp", [1, 2**63 - 1])
def test_any_time_that_a_client_writes_is_handed_on_and_read_again(timestamp: int) -> None:
    notes = Notes()
    stage = stage_of(notes, from_outside=True, downstream_topics=frozenset({OUTPUT}))
    fed(stage, poll(0, (timestamp, ())))
    ((*_, headers),) = notes.runs[0]
    assert oldest_origin_ms(poll(0, (0, headers)), from_outside=False) == timestamp

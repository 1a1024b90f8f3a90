"""A stage's notifications to an observer: what it sent, the time that took, and the origin time."""

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest

from streams.engine.checkpoint import Stage
from streams.engine.observing import ORIGIN_TIME, oldest_origin_ms
from streams.engine.ports import StageSpec
from streams.engine.records import KeyValue, Poll, Records
from tests.streams.engine.counting import CHANGELOG, CODEC, INPUT, OUTPUT, CountFold
from tests.streams.engine.recording import RecordingPorts

Headers = tuple[tuple[str, bytes], ...]


class RecordingObserver:
    """Records its notifications."""

    def __init__(self) -> None:
        self.origin_times: list[int | None] = []
        self.runs: list[list[KeyValue]] = []
        self.checkpoints: list[str] = []

    def sent(self, stage: str, records: Records, origin_ms: int | None) -> None:
        del stage
        self.origin_times.append(origin_ms)
        self.runs += [list(run) for run in records.values()]

    def checkpointed(self, stage: str, took_s: float) -> None:
        assert took_s >= 0
        self.checkpoints.append(stage)


def stage_of(observer: RecordingObserver, **spec: Any) -> Stage:
    counting = StageSpec("count", INPUT, CHANGELOG, CODEC, lambda rows, _partition: CountFold(rows), **spec)
    return Stage(counting, RecordingPorts(), observer=observer)


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


def test_of_external_records_the_oldest_time_is_carried_once_per_run() -> None:
    observer = RecordingObserver()
    stage = stage_of(observer, external_input=True, downstream_topics=frozenset({OUTPUT}))
    fed(stage, poll(0, (5_000, ()), (6_000, ())), poll(2, (4_000, ()), (9_000, ())))
    assert observer.origin_times == [4_000]
    assert [[headers for _, _, headers in run] for run in observer.runs] == [[(), ((ORIGIN_TIME, b"4000"),)]]
    assert stage.newest_ms == 9_000


def test_between_stages_the_origin_time_is_what_records_carry_not_their_own() -> None:
    observer = RecordingObserver()
    carried = ((ORIGIN_TIME, b"1000"),)
    fed(stage_of(observer, downstream_topics=frozenset({OUTPUT})), poll(0, (7_000, ()), (8_000, carried)))
    assert observer.origin_times == [1_000]


def test_without_an_origin_time_none_is_carried() -> None:
    observer = RecordingObserver()
    fed(stage_of(observer, downstream_topics=frozenset({OUTPUT})), poll(0, (7_000, ())))
    assert observer.origin_times == [None]
    assert [headers for run in observer.runs for _, _, headers in run] == [()]


def test_a_public_topic_carries_no_origin_time() -> None:
    observer = RecordingObserver()
    fed(stage_of(observer, external_input=True), poll(0, (7_000, ())))
    assert observer.origin_times == [7_000]
    assert [headers for run in observer.runs for _, _, headers in run] == [()]


def test_each_checkpoint_is_notified_once_with_its_own_origin_time() -> None:
    observer = RecordingObserver()
    stage = stage_of(observer, external_input=True)
    fed(stage, poll(0, (1_000, ())))
    fed(stage, poll(1, (2_000, ())))
    fed(stage)
    assert observer.origin_times == [1_000, 2_000]
    assert observer.checkpoints == ["count", "count"]


@pytest.mark.parametrize("timestamp", [-1, 0])
def test_a_record_without_a_time_has_no_origin_time(timestamp: int) -> None:
    assert oldest_origin_ms(poll(0, (timestamp, ())), external_input=True) is None


@pytest.mark.parametrize("external_input", [True, False])
def test_a_poll_without_records_has_no_origin_time(external_input: bool) -> None:  # noqa: FBT001
    assert oldest_origin_ms(Poll(5, [], 6), external_input=external_input) is None


@pytest.mark.parametrize(
    "value", [None, b"", b"x", b"\xff", b"-1", b"+1", b"1_0", b" 1", "\u0661".encode(), b"9" * 5_000]
)
def test_a_header_of_that_name_without_a_time_is_ignored(value: bytes | None) -> None:
    headers = ((ORIGIN_TIME, value), (ORIGIN_TIME, b"1000"), (b"\xff", value))
    found = poll(0, (7_000, ((ORIGIN_TIME, value),)), (7_000, headers))  # type: ignore[arg-type]
    assert oldest_origin_ms(found, external_input=False) == 1_000


@pytest.mark.parametrize("timestamp", [1, 2**63 - 1])
def test_any_time_that_a_client_writes_is_carried_and_read_again(timestamp: int) -> None:
    observer = RecordingObserver()
    stage = stage_of(observer, external_input=True, downstream_topics=frozenset({OUTPUT}))
    fed(stage, poll(0, (timestamp, ())))
    ((*_, headers),) = observer.runs[0]
    assert oldest_origin_ms(poll(0, (0, headers)), external_input=False) == timestamp

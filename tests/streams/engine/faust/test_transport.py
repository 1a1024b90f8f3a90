"""Polls: the parts of a fetch that are handed out, and those that are read again."""

import asyncio
from collections.abc import Callable, Iterable
from pathlib import Path
from time import time
from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka.errors import CommitFailedError
from faust.transport.drivers import aiokafka as driver
from faust.types import TP

from streams.engine.faust import consumer_thread, transport
from streams.engine.faust.consumer_thread import UNCOMPACTED_MS, ConsumerThread
from streams.engine.kafka.committed_log import CommittedLog, CommittedRecords
from streams.engine.kafka.fetch_pace import FetchPace
from streams.engine.kafka.log_ends import Watermarks
from streams.engine.kafka.record_batches import FetchedBatches
from tests.streams.engine.counting import CHANGELOG, INPUT, PARTITIONS, worker_on
from tests.streams.engine.kafka.batches import batch, marker

INPUT_0 = TP(INPUT, 0)
CHANGELOG_0 = TP(CHANGELOG, 0)
PRODUCER = 4711

Fetched = dict[TP, list[Any]]


class Reader:
    """The part of aiokafka's consumer that reading again needs."""

    def __init__(self, committed: int | None = None) -> None:
        self.sought: list[int] = []
        self._committed = committed

    def seek(self, _partition: TP, offset: int) -> None:
        self.sought.append(offset)

    async def committed(self, _partition: TP) -> int | None:
        return self._committed

    def assignment(self) -> set[TP]:
        return {INPUT_0, CHANGELOG_0}


class Group:
    """A consumer whose group takes a commit or refuses it, and has none later."""

    def __init__(self, *, accepts: bool) -> None:
        self._accepts = accepts

    async def commit(self, _offsets: object) -> None:
        if not self._accepts:
            raise CommitFailedError("the group has already rebalanced")

    async def seek_to_committed(self) -> dict[TP, int | None]:
        return {INPUT_0: None}


def with_thread(data_dir: Path, scenario: Callable[[ConsumerThread], None]) -> None:
    async def inside() -> None:
        scenario(thread_in(data_dir))

    asyncio.run(inside())


def thread_in(data_dir: Path) -> ConsumerThread:
    app, _ = worker_on("127.0.0.1:1", data_dir)
    thread: ConsumerThread = app.consumer._thread
    thread._log = CommittedLog(thread._may_be_compacted)
    thread._pace = FetchPace(())
    return thread


def read(thread: ConsumerThread, partition: TP, *batches: bytes, at: int = 0) -> list[Any]:
    """The records that aiokafka hands out of a fetch."""
    return list(CommittedRecords(thread._log, partition, FetchedBatches(b"".join(batches)), (), at))


def offsets(records: Any) -> list[int]:
    return [record.offset for record in records]


def test_a_poll_has_its_start_and_that_of_the_next_one(tmp_path: Path) -> None:
    def scenario(thread: ConsumerThread) -> None:
        poll = thread._polled(INPUT_0, read(thread, INPUT_0, batch(4, b"4", b"5", b"6"), at=4))
        assert poll is not None
        assert (poll.start, offsets(poll.records), poll.end) == (4, [4, 5, 6], 7)
        assert thread._polled(INPUT_0, ()) is None

    with_thread(tmp_path, scenario)


@pytest.mark.parametrize("partition", [INPUT_0, CHANGELOG_0], ids=["input", "changelog"])
def test_markers_at_the_end_of_a_log_are_a_poll_without_records(tmp_path: Path, partition: TP) -> None:
    def scenario(thread: ConsumerThread) -> None:
        poll = thread._polled(partition, read(thread, partition, marker(4, PRODUCER, commit=True), at=4))
        assert poll == (4, [], 5)
        assert thread.consumer._to_message(partition, poll).offset == 4

    with_thread(tmp_path, scenario)


@pytest.mark.parametrize(
    ("partition", "age_ms", "handed_out"),
    [(CHANGELOG_0, 2 * UNCOMPACTED_MS, [5]), (CHANGELOG_0, 0, []), (INPUT_0, 2 * UNCOMPACTED_MS, [])],
    ids=["old changelog", "young changelog", "input"],
)
def test_only_a_gap_in_an_old_part_of_a_changelog_is_accepted_at_once(
    tmp_path: Path, partition: TP, age_ms: int, handed_out: list[int]
) -> None:
    def scenario(thread: ConsumerThread) -> None:
        after_gap = batch(5, b"5", timestamp=round(time() * 1_000) - age_ms)
        assert offsets(read(thread, partition, after_gap, at=4)) == handed_out

    with_thread(tmp_path, scenario)


def test_during_a_rebalance_only_changelogs_are_read(tmp_path: Path) -> None:
    def scenario(thread: ConsumerThread) -> None:
        assert thread._settled({INPUT_0, CHANGELOG_0}) == {INPUT_0, CHANGELOG_0}
        thread.app.on_rebalance_start()
        assert thread._settled({INPUT_0, CHANGELOG_0}) == {CHANGELOG_0}
        thread.app.on_rebalance_end()
        assert thread._settled({INPUT_0, CHANGELOG_0}) == {INPUT_0, CHANGELOG_0}

    with_thread(tmp_path, scenario)


@pytest.mark.parametrize(("committed", "read_again_from"), [(4, 4), (None, 6)])
def test_a_fetch_that_waited_through_a_rebalance_gives_no_polls_of_inputs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, committed: int | None, read_again_from: int
) -> None:
    async def fetched(thread: ConsumerThread, *_: Any) -> Fetched:
        thread.app.on_rebalance_start()
        thread.app.on_rebalance_end()
        return {
            INPUT_0: read(thread, INPUT_0, batch(6, b"6", b"7"), at=6),
            CHANGELOG_0: read(thread, CHANGELOG_0, batch(8, b"8"), at=8),
        }

    monkeypatch.setattr(driver.AIOKafkaConsumerThread, "_fetch_records", fetched)
    reader = Reader(committed)

    async def inside() -> None:
        found = await thread_in(tmp_path)._fetch_records(reader, {INPUT_0, CHANGELOG_0})
        assert {tp: offsets(poll.records) for tp, (poll,) in found.items()} == {CHANGELOG_0: [8]}

    asyncio.run(inside())
    assert reader.sought == [read_again_from]


def test_partitions_that_change_while_they_are_looked_through_do_no_harm(tmp_path: Path) -> None:
    def scenario(thread: ConsumerThread) -> None:
        active = {INPUT_0, CHANGELOG_0}

        def changing(_: TP) -> bool:
            active.add(TP(INPUT, len(active)))
            return True

        thread.consumer.is_input = changing
        thread.app.rebalancing = True
        assert thread._settled(active) == set()

    with_thread(tmp_path, scenario)


def test_a_commit_that_the_broker_does_not_have_is_forgotten(tmp_path: Path) -> None:
    async def scenario() -> None:
        consumer = worker_on("127.0.0.1:1", tmp_path)[0].consumer
        other = TP(INPUT, 1)

        async def sought() -> dict[TP, int | None]:
            return {INPUT_0: None, other: 7}

        consumer.seek_to_committed, consumer.assignment = sought, lambda: {INPUT_0, other}
        consumer._committed_offset.update({INPUT_0: 12, other: 5})
        await consumer.perform_seek()
        assert dict(consumer._committed_offset) == {other: 7}

    asyncio.run(scenario())


@pytest.mark.parametrize(
    ("accepted", "end", "ended"),
    [
        (True, 11, [f"{INPUT}/0 ends at 11, and was committed up to 12: it was made anew."]),
        (True, 12, []),
        (False, 11, []),
    ],
)
def test_a_shorter_log_of_which_the_group_has_lost_the_commit_ends_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, accepted: bool, end: int, ended: list[str]
) -> None:
    told: list[str] = []
    asked: list[TP] = []
    monkeypatch.setattr(transport, "end_process", lambda _, error: told.append(str(error)))

    async def inspect_logs(lost: Iterable[TP]) -> tuple[dict[TP, Watermarks], list[Any]]:
        asked.extend(lost)
        return {one: Watermarks(0, end, end) for one in lost}, []

    async def scenario() -> None:
        consumer = worker_on("127.0.0.1:1", tmp_path)[0].consumer
        thread = consumer._thread
        thread._consumer = Group(accepts=accepted)
        thread.call_thread = lambda call, *given: call(*given)
        monkeypatch.setattr(consumer_thread, "seek_to_committed", Group.seek_to_committed)
        consumer.assignment = thread.assignment = lambda: {INPUT_0}
        consumer.inspect_logs = inspect_logs
        await thread.commit({INPUT_0: 12, TP(INPUT, 1): 5})
        await consumer.perform_seek()

    asyncio.run(scenario())
    assert told == ended
    assert asked == ([INPUT_0] if accepted else [])


def test_an_assignment_forgets_what_was_read(tmp_path: Path) -> None:
    async def inside() -> None:
        thread = thread_in(tmp_path)
        read(thread, INPUT_0, batch(6, b"6"), at=6)

        async def assigned(*_: object) -> None:
            assert thread._log.take_range(INPUT_0) is None

        thread.consumer.threadsafe_partitions_assigned = assigned
        await thread.on_partitions_assigned({INPUT_0}, 1)

    asyncio.run(inside())


def test_a_topic_s_partitions_are_known_also_where_another_process_leads_the_group(tmp_path: Path) -> None:
    async def inside() -> None:
        app, _ = worker_on("127.0.0.1:1", tmp_path)
        thread = app.consumer._thread
        thread._consumer = consumer = thread._create_worker_consumer(app.transport)
        assert app.consumer.topic_partitions(INPUT) is None
        partitions = [(0, number, 1, [1], [1]) for number in range(PARTITIONS)]
        metadata = SimpleNamespace(
            API_VERSION=0, brokers=[(1, "127.0.0.1", 1)], topics=[(0, INPUT, partitions)], controller_id=1
        )
        consumer._client.cluster.update_metadata(metadata)
        assert app.consumer.topic_partitions(INPUT) == PARTITIONS
        await consumer.stop()

    asyncio.run(inside())

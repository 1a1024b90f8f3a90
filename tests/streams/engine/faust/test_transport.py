"""Polls in: what becomes of a fetch, and what is read again."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from time import time
from types import SimpleNamespace
from typing import Any

import pytest
from faust.transport.drivers import aiokafka as driver
from faust.types import TP

from streams.engine.faust.consumer_thread import UNCOMPACTED_MS, ConsumerThread
from streams.engine.kafka.committed_log import CommittedLog, CommittedRecords
from streams.engine.kafka.record_batches import FetchedBatches
from tests.streams.engine.counting import CHANGELOG, INPUT, PARTITIONS, worker_on
from tests.streams.engine.kafka.batches import batch, marker

PLACE = TP(INPUT, 0)
LOG = TP(CHANGELOG, 0)
PRODUCER = 4711

Fetched = dict[TP, list[Any]]


class Reader:
    """aiokafka's consumer, as far as reading again needs it."""

    def __init__(self, committed: int | None = None) -> None:
        self.sought: list[int] = []
        self._committed = committed

    def seek(self, _place: TP, offset: int) -> None:
        self.sought.append(offset)

    async def committed(self, _place: TP) -> int | None:
        return self._committed

    def assignment(self) -> set[TP]:
        return {PLACE, LOG}


def with_thread(data_dir: Path, scenario: Callable[[ConsumerThread], None]) -> None:
    async def inside() -> None:
        scenario(thread_in(data_dir))

    asyncio.run(inside())


def thread_in(data_dir: Path) -> ConsumerThread:
    app, _ = worker_on("127.0.0.1:1", data_dir)
    thread: ConsumerThread = app.consumer._thread
    thread._log = CommittedLog(thread._may_be_compacted)
    return thread


def read(thread: ConsumerThread, place: TP, *batches: bytes, at: int = 0) -> list[Any]:
    """What aiokafka hands out of a fetch."""
    return list(CommittedRecords(thread._log, place, FetchedBatches(b"".join(batches)), (), at))


def offsets(records: Any) -> list[int]:
    return [record.offset for record in records]


def test_a_poll_tells_where_it_began_and_where_the_next_one_will(tmp_path: Path) -> None:
    def scenario(thread: ConsumerThread) -> None:
        poll = thread._polled(PLACE, read(thread, PLACE, batch(4, b"4", b"5", b"6"), at=4))
        assert poll is not None
        assert (poll.start, offsets(poll.records), poll.end) == (4, [4, 5, 6], 7)
        assert thread._polled(PLACE, ()) is None

    with_thread(tmp_path, scenario)


@pytest.mark.parametrize("place", [PLACE, LOG], ids=["input", "changelog"])
def test_markers_at_the_end_of_a_log_are_a_poll_without_records(tmp_path: Path, place: TP) -> None:
    def scenario(thread: ConsumerThread) -> None:
        poll = thread._polled(place, read(thread, place, marker(4, PRODUCER, commit=True), at=4))
        assert poll == (4, [], 5)
        assert thread.consumer._to_message(place, poll).offset == 4

    with_thread(tmp_path, scenario)


@pytest.mark.parametrize(
    ("place", "age_ms", "taken"),
    [(LOG, 2 * UNCOMPACTED_MS, [5]), (LOG, 0, []), (PLACE, 2 * UNCOMPACTED_MS, [])],
    ids=["old changelog", "young changelog", "input"],
)
def test_only_what_compaction_left_of_a_changelog_is_believed_at_once(
    tmp_path: Path, place: TP, age_ms: int, taken: list[int]
) -> None:
    def scenario(thread: ConsumerThread) -> None:
        after_gap = batch(5, b"5", timestamp=round(time() * 1_000) - age_ms)
        assert offsets(read(thread, place, after_gap, at=4)) == taken

    with_thread(tmp_path, scenario)


def test_during_a_rebalance_only_changelogs_are_read(tmp_path: Path) -> None:
    def scenario(thread: ConsumerThread) -> None:
        assert thread._settled({PLACE, LOG}) == {PLACE, LOG}
        thread.app.on_rebalance_start()
        assert thread._settled({PLACE, LOG}) == {LOG}
        thread.app.on_rebalance_end()
        assert thread._settled({PLACE, LOG}) == {PLACE, LOG}

    with_thread(tmp_path, scenario)


@pytest.mark.parametrize(("committed", "read_again_from"), [(4, 4), (None, 6)])
def test_a_fetch_that_waited_through_a_rebalance_brings_no_polls(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, committed: int | None, read_again_from: int
) -> None:
    async def fetched(thread: ConsumerThread, *_: Any) -> Fetched:
        thread.app.on_rebalance_start()
        thread.app.on_rebalance_end()
        return {
            PLACE: read(thread, PLACE, batch(6, b"6", b"7"), at=6),
            LOG: read(thread, LOG, batch(8, b"8"), at=8),
        }

    monkeypatch.setattr(driver.AIOKafkaConsumerThread, "_fetch_records", fetched)
    reader = Reader(committed)

    async def inside() -> None:
        found = await thread_in(tmp_path)._fetch_records(reader, {PLACE, LOG})
        assert {place: offsets(poll.records) for place, (poll,) in found.items()} == {LOG: [8]}

    asyncio.run(inside())
    assert reader.sought == [read_again_from]


def test_an_assignment_begins_to_read_anew(tmp_path: Path) -> None:
    async def inside() -> None:
        thread = thread_in(tmp_path)
        read(thread, PLACE, batch(6, b"6"), at=6)

        async def assigned(*_: object) -> None:
            assert thread._log.take_range(PLACE) is None

        thread.consumer.threadsafe_partitions_assigned = assigned
        await thread.on_partitions_assigned({PLACE}, 1)

    asyncio.run(inside())


def test_whether_a_topic_is_there_is_known_also_where_another_process_leads_the_group(tmp_path: Path) -> None:
    async def inside() -> None:
        app, _ = worker_on("127.0.0.1:1", tmp_path)
        thread = app.consumer._thread
        thread._consumer = consumer = thread._create_worker_consumer(app.transport)
        assert app.consumer.topic_partitions(INPUT) is None
        partitions = [(0, number, 1, [1], [1]) for number in range(PARTITIONS)]
        told = SimpleNamespace(
            API_VERSION=0, brokers=[(1, "127.0.0.1", 1)], topics=[(0, INPUT, partitions)], controller_id=1
        )
        consumer._client.cluster.update_metadata(told)
        assert app.consumer.topic_partitions(INPUT) == PARTITIONS
        await consumer.stop()

    asyncio.run(inside())

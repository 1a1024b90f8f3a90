"""Reading a log: committed records only, and never past a gap that may close."""

import asyncio
import inspect
import weakref
from collections import OrderedDict
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka import TopicPartition
from aiokafka.consumer.fetcher import READ_COMMITTED, READ_UNCOMMITTED, Fetcher
from aiokafka.consumer.subscription_state import SubscriptionState

from sinks.collector import collector_paused
from streams.engine.kafka import committed_log
from streams.engine.kafka.committed_log import GAP_RETRIES, CommittedLog, CommittedRecords, ReadRange
from streams.engine.kafka.record_batches import FetchedBatches
from tests.streams.engine.kafka.batches import batch, marker

PARTITION = TopicPartition("input", 0)
OTHER = TopicPartition("input", 1)
ONE, TWO = 4711, 4712
"""Producers."""


def never_compacted(_partition: Any, _timestamp: int) -> bool:
    return False


class Clock:
    """Each call is half a second later: a fetch takes that long."""

    now = 0.0

    def __call__(self) -> float:
        self.now += 0.5
        return self.now


def log(clock: Callable[[], float] | None = None) -> CommittedLog:
    return CommittedLog(never_compacted, clock or Clock())


def fetched(
    reading: CommittedLog,
    *batches: bytes,
    at: int = 0,
    aborted: tuple[tuple[int, int], ...] = (),
    partition: TopicPartition = PARTITION,
) -> CommittedRecords:
    return CommittedRecords(reading, partition, FetchedBatches(b"".join(batches)), aborted, at)


def values(records: CommittedRecords) -> list[bytes]:
    return [record.value for record in records]


def sent(first: int, *of: bytes, producer: int = ONE) -> bytes:
    """Records inside a transaction."""
    return batch(first, *of, producer=producer, transactional=True)


def test_records_come_in_order_and_the_range_is_what_was_read() -> None:
    reading = log()
    assert values(fetched(reading, batch(4, b"4", b"5"), batch(6, b"6"), at=4)) == [b"4", b"5", b"6"]
    assert reading.take_range(PARTITION) == ReadRange(4, 7)
    assert reading.take_range(PARTITION) is None


def test_a_fetch_from_the_middle_of_a_batch_gives_the_rest_of_it() -> None:
    records = fetched(log(), batch(4, b"4", b"5", b"6"), at=5)
    assert values(records) == [b"5", b"6"]


def test_an_interrupted_iteration_goes_on_where_it_stopped() -> None:
    reading = log()
    records = fetched(reading, batch(0, b"0", b"1"), batch(2, b"2"))
    for record in records:
        if record.value == b"1":
            break
    assert records.next_fetch_offset == 2
    assert values(records) == [b"2"]
    assert reading.take_range(PARTITION) == ReadRange(0, 3)


def test_a_committed_transaction_is_read_and_its_marker_is_no_gap() -> None:
    reading = log()
    records = fetched(reading, sent(0, b"0"), marker(1, ONE, commit=True), batch(2, b"2"))
    assert values(records) == [b"0", b"2"]
    assert reading.take_range(PARTITION) == ReadRange(0, 3)


def test_aborted_records_are_skipped() -> None:
    reading = log()
    records = fetched(reading, sent(0, b"0", b"1"), marker(2, ONE, commit=False), aborted=((ONE, 0),))
    assert values(records) == []
    assert reading.take_range(PARTITION) == ReadRange(0, 3)


def test_of_two_transactions_side_by_side_only_the_committed_one_is_read() -> None:
    records = fetched(
        log(),
        sent(0, b"one"),
        sent(1, b"two", producer=TWO),
        batch(2, b"nobody's"),
        sent(3, b"one again"),
        marker(4, ONE, commit=False),
        sent(5, b"two again", producer=TWO),
        marker(6, TWO, commit=True),
        aborted=((ONE, 0),),
    )
    assert values(records) == [b"two", b"nobody's", b"two again"]


def test_of_a_producer_that_aborts_commits_and_aborts_again_the_committed_records_are_read() -> None:
    records = fetched(
        log(),
        sent(0, b"0"),
        marker(1, ONE, commit=False),
        sent(2, b"2"),
        marker(3, ONE, commit=True),
        sent(4, b"4"),
        marker(5, ONE, commit=False),
        aborted=((ONE, 4), (ONE, 0)),
    )
    assert values(records) == [b"2"]


def test_a_fetch_that_begins_inside_an_aborted_transaction_skips_the_rest_of_it() -> None:
    records = fetched(
        log(), sent(7, b"7"), marker(8, ONE, commit=False), batch(9, b"9"), at=7, aborted=((ONE, 2),)
    )
    assert values(records) == [b"9"]


@pytest.mark.parametrize("commit", [True, False])
def test_markers_alone_are_a_range_without_records(*, commit: bool) -> None:
    reading = log()
    markers = [marker(offset, ONE, commit=commit) for offset in (3, 4, 5)]
    assert values(fetched(reading, *markers, at=3)) == []
    assert reading.take_range(PARTITION) == ReadRange(3, 6)


def test_a_range_includes_fetches_without_records() -> None:
    reading = log()
    values(fetched(reading, marker(0, ONE, commit=True)))
    assert values(fetched(reading, marker(1, ONE, commit=True), batch(2, b"2"), at=1)) == [b"2"]
    assert reading.take_range(PARTITION) == ReadRange(0, 3)


def test_after_a_seek_a_range_begins_at_the_new_offset() -> None:
    reading = log()
    values(fetched(reading, marker(0, ONE, commit=True)))
    assert values(fetched(reading, batch(7, b"7"), at=7)) == [b"7"]
    assert reading.take_range(PARTITION) == ReadRange(7, 8)


def test_partitions_are_read_independently() -> None:
    reading = log()
    values(fetched(reading, batch(0, b"0")))
    values(fetched(reading, batch(5, b"5"), at=5, partition=OTHER))
    assert (reading.take_range(PARTITION), reading.take_range(OTHER)) == (ReadRange(0, 1), ReadRange(5, 6))


def test_a_reset_forgets_what_was_read() -> None:
    reading = log()
    values(fetched(reading, marker(0, ONE, commit=True)))
    reading.reset()
    assert reading.take_range(PARTITION) is None


def test_records_behind_a_gap_wait_until_it_was_read_again() -> None:
    reading = log()
    records = fetched(reading, batch(4, b"4"), batch(7, b"7"), at=4)
    assert values(records) == [b"4"]
    assert records.next_fetch_offset == 5
    assert values(fetched(reading, batch(5, b"5", b"6"), batch(7, b"7"), at=5)) == [b"5", b"6", b"7"]
    assert reading.take_range(PARTITION) == ReadRange(4, 8)


def test_a_gap_that_stays_is_accepted() -> None:
    reading = log()
    for _ in range(GAP_RETRIES):
        assert values(fetched(reading, batch(6, b"6"), at=4)) == []
        assert reading.take_range(PARTITION) is None
    assert values(fetched(reading, batch(6, b"6"), at=4)) == [b"6"]
    assert reading.take_range(PARTITION) == ReadRange(4, 7)


def test_a_gap_is_not_accepted_at_once_however_often_it_was_read() -> None:
    reading = log(lambda: 0.0)
    for _ in range(10 * GAP_RETRIES):
        assert values(fetched(reading, batch(6, b"6"), at=4)) == []


def test_gaps_are_counted_per_partition() -> None:
    reading = log()
    for _ in range(GAP_RETRIES):
        assert values(fetched(reading, batch(6, b"6"), at=4)) == []
    assert values(fetched(reading, batch(6, b"6"), at=4, partition=OTHER)) == []


def test_a_gap_that_compaction_may_have_made_is_accepted_at_once() -> None:
    reading = CommittedLog(lambda _, timestamp: timestamp < 2_000)
    assert values(fetched(reading, batch(6, b"6", timestamp=1_000), at=4)) == [b"6"]
    assert values(fetched(reading, batch(9, b"9", timestamp=2_000), at=7)) == []


def test_after_much_decompression_the_rest_is_left_for_the_next_fetch(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(committed_log, "MAX_POLL_BYTES", 1_000)
    reading = log()
    batches = [batch(offset, bytes(900), codec="zstd") for offset in range(4)]
    records = fetched(reading, *batches)
    assert len(values(records)) == 2
    assert records.next_fetch_offset == 2
    assert reading.take_range(PARTITION) == ReadRange(0, 2)
    assert len(values(fetched(reading, *batches[2:], at=2))) == 2


def test_a_fetch_without_compression_is_read_completely(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(committed_log, "MAX_POLL_BYTES", 1_000)
    assert len(values(fetched(log(), *(batch(offset, bytes(900)) for offset in range(4))))) == 4


def test_a_fetch_that_was_read_is_freed_without_the_garbage_collector() -> None:
    with collector_paused():
        records = fetched(log(), batch(0, b"0"))
        gone = weakref.ref(records)
        assert values(records) == [b"0"]
        del records
        assert gone() is None


def fetch_response(*batches: bytes, aborted: tuple[tuple[int, int], ...] = ()) -> SimpleNamespace:
    """A broker's response: high watermark, last stable offset, aborted transactions, records."""
    partition = (PARTITION.partition, 0, 9, 9, 0, [*aborted], b"".join(batches))
    return SimpleNamespace(API_VERSION=10, topics=[(PARTITION.topic, [partition])])


def fetcher_on(subscriptions: SubscriptionState, response: SimpleNamespace) -> Any:
    """A fetcher with everything that parsing one response needs, and no broker."""

    async def send(_node: int, _request: object) -> SimpleNamespace:
        return response

    fetcher = Fetcher.__new__(Fetcher)
    vars(fetcher).update(
        _client=SimpleNamespace(send=send),
        _subscriptions=subscriptions,
        _records=OrderedDict(),
        _client_rack="",
        _key_deserializer=None,
        _value_deserializer=None,
        _check_crcs=True,
        _prefetch_backoff=0,
        _isolation_level=READ_UNCOMMITTED,
        _wait_consume_future=None,
    )
    return fetcher


def test_aiokafka_s_consumer_reads_through_the_log() -> None:
    async def scenario() -> None:
        subscriptions = SubscriptionState()
        subscriptions.subscribe({PARTITION.topic})
        subscriptions.assign_from_subscribed({PARTITION})
        subscriptions.seek(PARTITION, 0)
        response = fetch_response(
            sent(0, b"0"), marker(1, ONE, commit=False), batch(2, b"2"), aborted=((ONE, 0),)
        )
        fetcher = fetcher_on(subscriptions, response)
        consumer: Any = SimpleNamespace(_fetcher=fetcher)
        reading = log()
        reading.install_in(consumer)
        assert fetcher._isolation_level == READ_COMMITTED
        request = SimpleNamespace(topics=[(PARTITION.topic, [(PARTITION.partition, 0, 1 << 20)])])
        assignment = subscriptions.subscription.assignment
        assert await fetcher._proc_fetch_request(assignment, 1, request)
        found = await fetcher.fetched_records([PARTITION])
        assert [record.value for record in found[PARTITION]] == [b"2"]
        assert reading.take_range(PARTITION) == ReadRange(0, 3)
        assert assignment.state_value(PARTITION).position == 3
        assert not fetcher._records

    asyncio.run(scenario())


def test_the_isolation_level_is_read_for_each_fetch() -> None:
    assert "self._isolation_level," in inspect.getsource(Fetcher._get_actions_per_node)

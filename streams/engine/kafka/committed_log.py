"""Reading a log as committed and without a gap.

A reader may miss offsets for three reasons, which must be distinguished:

- Aborted records and transaction markers. They have offsets and are skipped: that part of the log was read.
- Records that compaction removed. They are gone for good.
- Records that the broker did not hand out *yet*. The embedded broker moves a log's end before the records
  below it can be read, so with several producers on one partition a reader at the end may get later records
  without the earlier ones. When read again, they are there.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from time import monotonic
from types import FunctionType, MethodType
from typing import Any, Final, NamedTuple

import structlog
from aiokafka import AIOKafkaConsumer
from aiokafka.consumer.fetcher import READ_COMMITTED
from aiokafka.record.control_record import ABORT_MARKER, ControlRecord

from streams.engine.kafka.record_batches import FetchedBatches, open_batch, records_of

MAX_POLL_BYTES: Final = 8 << 20
"""Decompressed size after which the rest of a fetch is left for the next poll."""
GAP_RETRIES: Final = 5
"""Least number of times that a gap is read again before it is accepted as permanent."""
GAP_RETRY_S: Final = 1.0
"""Least time over which it is read again: a broker under load may show records late."""

log = structlog.get_logger()

MayBeCompacted = Callable[[Any, int], bool]
"""(partition, timestamp in ms of the batch after the gap) -> whether compaction may have made it."""


class ReadRange(NamedTuple):
    """Range of offsets that was read; all committed records in it, if any, were handed out."""

    start: int
    end: int
    """Offset of the next record to read."""


class GapRetry(NamedTuple):
    """A gap that is being read again."""

    missing: int
    """Its first offset."""
    since_s: float
    times: int


class CommittedLog:
    """Progress of one consumer, by partition.

    Parameters
    ----------
    may_be_compacted: if false for a gap, the gap is read again before it is accepted.
    clock: seconds from any origin.
    """

    def __init__(self, may_be_compacted: MayBeCompacted, clock: Callable[[], float] = monotonic) -> None:
        self._may_be_compacted = may_be_compacted
        self._clock = clock
        self._read: dict[Any, ReadRange] = {}
        self._retries: dict[Any, GapRetry] = {}

    def install_in(self, consumer: AIOKafkaConsumer) -> None:
        """Make a started consumer, with nothing assigned yet, read through this log.

        aiokafka parses a fetch's response in one function, with two of its classes; ours replace them.
        """
        fetcher: Any = consumer._fetcher  # noqa: SLF001 - all of this is pinned by a contract test
        fetcher._isolation_level = READ_COMMITTED  # noqa: SLF001
        original = fetcher._proc_fetch_request.__func__  # noqa: SLF001
        replaced = {"MemoryRecords": FetchedBatches, "PartitionRecords": partial(CommittedRecords, self)}
        function = FunctionType(original.__code__, original.__globals__ | replaced, original.__name__)
        fetcher._proc_fetch_request = MethodType(function, fetcher)  # noqa: SLF001

    def take_range(self, partition: Any) -> ReadRange | None:
        """Range read since the last call; None if nothing was read."""
        read = self._read.get(partition)
        if read is None or read.start == read.end:
            return None
        self._read[partition] = ReadRange(read.end, read.end)
        return read

    def reset(self) -> None:
        """Forget everything, as after an assignment."""
        self._read.clear()
        self._retries.clear()

    def start_at(self, partition: Any, offset: int) -> None:
        """Note where a fetch begins: after the last one, or elsewhere after a seek."""
        if partition not in self._read or self._read[partition].end != offset:
            self._read[partition] = ReadRange(offset, offset)

    def advance_to(self, partition: Any, offset: int) -> None:
        self._read[partition] = ReadRange(self._read[partition].start, offset)

    def accepts_gap(self, partition: Any, missing: int, timestamp: int) -> bool:
        """True if a gap that begins at the offset `missing` is permanent."""
        if self._may_be_compacted(partition, timestamp):
            return True
        now = self._clock()
        retry = self._retries.get(partition)
        if retry is None or retry.missing != missing:
            retry = GapRetry(missing, now, 0)
        self._retries[partition] = retry = retry._replace(times=retry.times + 1)
        accepted = retry.times > GAP_RETRIES and now - retry.since_s >= GAP_RETRY_S
        if accepted:
            log.warning("gap_believed", partition=str(partition), missing=missing, times=retry.times)
        return accepted


class CommittedRecords:
    """Records of one fetch of one partition, in place of aiokafka's `PartitionRecords`.

    Records are parsed per batch and left as aiokafka's parser makes them: a further object for each and a
    call for each are seven tenths of the cost of reading one (bench/records.py).

    Iteration may be interrupted and resumed. It ends before a gap that is to be read again, and after
    MAX_POLL_BYTES were decompressed; the consumer then fetches from there.
    """

    def __init__(
        self,
        log: CommittedLog,
        partition: Any,
        batches: FetchedBatches,
        aborted: Sequence[tuple[int, int]] | None,
        fetch_offset: int,
        *_: object,
    ) -> None:
        self._log = log
        self._partition = partition
        self._batches = batches
        self._aborted = sorted(aborted or (), key=lambda one: -one[1])
        """(producer, first offset) of aborted transactions that are not reached yet, the next one last."""
        self._aborting: set[int] = set()
        """Producers inside a transaction that ends in an abort."""
        self._memory_bytes = 0
        self.next_fetch_offset = self._end = fetch_offset
        self._records: Iterator[Any] = iter(())

    def __iter__(self) -> Iterator[Any]:
        self._log.start_at(self._partition, self.next_fetch_offset)
        try:
            while True:
                for record in self._records:
                    self.next_fetch_offset = record.offset + 1
                    yield record
                self.next_fetch_offset = self._end
                if not self._open_next():
                    return
        finally:
            self._log.advance_to(self._partition, self.next_fetch_offset)

    def _open_next(self) -> bool:
        """Open the next batch, which may have no committed records; False when there is none."""
        if not self._batches.has_next() or self._memory_bytes > MAX_POLL_BYTES:
            return False
        raw = self._batches.next_batch()
        batch = open_batch(raw)
        first = self.next_fetch_offset
        if self._is_after_gap(batch):
            return False
        self._end = max(batch.next_offset, first)
        if not self._is_skipped(batch):
            records, size = records_of(batch, raw)
            self._memory_bytes += size
            if records and records[0].offset < first:  # a fetch from the middle of a batch returns all of it
                records = [record for record in records if record.offset >= first]
            self._records = iter(records)
        return True

    def _is_after_gap(self, batch: Any) -> bool:
        """True if offsets before it are missing and must be read again."""
        expected = self.next_fetch_offset
        if batch.producer_id is None or batch.base_offset <= expected:
            return False  # batches older than Kafka 0.11 have no producer and no first offset
        return not self._log.accepts_gap(self._partition, expected, batch.max_timestamp)

    def _is_skipped(self, batch: Any) -> bool:
        """True if it is a marker or aborted."""
        while self._aborted and self._aborted[-1][1] < batch.next_offset:
            self._aborting.add(self._aborted.pop()[0])
        if batch.is_control_batch:
            if any(ControlRecord.parse(record.key) == ABORT_MARKER for record in batch):
                self._aborting.discard(batch.producer_id)
            return True
        return bool(batch.is_transactional) and batch.producer_id in self._aborting

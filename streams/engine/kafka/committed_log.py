"""What a consumer reads: committed records only, and every log without a gap.

Three things are left out of a log on the way, and each must be told from the others:

- What a transaction aborted, and the markers with which it ended. They have offsets, so a reader passes them:
  the log was read there, and had nothing.
- What compaction removed. It is gone for good.
- What the broker did not hand out *yet*. The embedded one moves a log's end before the records below it can
  be read, so that with several producers on one partition a reader at the tail may be handed the later
  records without the earlier ones. Read again, they are there.
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

from streams.engine.kafka.record_batches import FetchedBatches, opened, records_of

LARGEST_POLL_BYTES: Final = 8 << 20
"""In memory, of batches with compression: after so much the rest of a fetch is left for the next one."""
TRIES: Final = 5
"""How often a gap is read again at least, before it is taken for what the log really is."""
BELIEVED_AFTER_S: Final = 1.0
"""How long it is read again at least: a broker under load may take its time to show what it has."""

log = structlog.get_logger()

MayBeCompacted = Callable[[Any, int], bool]
"""(partition, timestamp in ms of what follows the gap) -> whether compaction may have made it."""


class Stretch(NamedTuple):
    """Offsets of a log that were read; all committed records there were handed out, however few."""

    start: int
    end: int
    """Of the next record to read."""


class Tried(NamedTuple):
    """A gap that is read again."""

    missing: int
    """Its first offset."""
    since_s: float
    times: int


class CommittedLog:
    """How far one consumer has read, by partition.

    Parameters
    ----------
    may_be_compacted: a gap of which this says no is read again before it is believed.
    clock: seconds from anywhere.
    """

    def __init__(self, may_be_compacted: MayBeCompacted, clock: Callable[[], float] = monotonic) -> None:
        self._may_be_compacted = may_be_compacted
        self._clock = clock
        self._read: dict[Any, Stretch] = {}
        self._tried: dict[Any, Tried] = {}

    def read_by(self, consumer: AIOKafkaConsumer) -> None:
        """Have a started consumer, which was assigned nothing yet, read this way.

        aiokafka takes a fetch's answer apart in one function, with two classes of its own; it gets ours.
        """
        fetcher: Any = consumer._fetcher  # noqa: SLF001 - all of this is pinned by a contract test
        fetcher._isolation_level = READ_COMMITTED  # noqa: SLF001
        theirs = fetcher._proc_fetch_request.__func__  # noqa: SLF001
        ours = {"MemoryRecords": FetchedBatches, "PartitionRecords": partial(CommittedRecords, self)}
        function = FunctionType(theirs.__code__, theirs.__globals__ | ours, theirs.__name__)
        fetcher._proc_fetch_request = MethodType(function, fetcher)  # noqa: SLF001

    def take(self, partition: Any) -> Stretch | None:
        """What was read since it was last asked for; None if nothing was."""
        read = self._read.get(partition)
        if read is None or read.start == read.end:
            return None
        self._read[partition] = Stretch(read.end, read.end)
        return read

    def forget(self) -> None:
        """Begin anew, as after an assignment."""
        self._read.clear()
        self._tried.clear()

    def began(self, partition: Any, offset: int) -> None:
        """Reading goes on here: behind what was read last, or elsewhere after a seek."""
        if partition not in self._read or self._read[partition].end != offset:
            self._read[partition] = Stretch(offset, offset)

    def reached(self, partition: Any, offset: int) -> None:
        self._read[partition] = Stretch(self._read[partition].start, offset)

    def believes(self, partition: Any, missing: int, timestamp: int) -> bool:
        """Whether a gap from the offset `missing` on is what the log really is."""
        if self._may_be_compacted(partition, timestamp):
            return True
        now = self._clock()
        tried = self._tried.get(partition)
        if tried is None or tried.missing != missing:
            tried = Tried(missing, now, 0)
        self._tried[partition] = tried = tried._replace(times=tried.times + 1)
        believed = tried.times > TRIES and now - tried.since_s >= BELIEVED_AFTER_S
        if believed:
            log.warning("gap_believed", partition=str(partition), missing=missing, times=tried.times)
        return believed


class CommittedRecords:
    """The records of one fetch of one partition, in the place of aiokafka's `PartitionRecords`.

    Records are taken a batch at a time and stay what aiokafka's reader made of them: another object for each,
    and asking for each by itself, are seven tenths of what reading one costs (bench/records.py).

    Iterating may be broken off and taken up again. It ends before a gap that is to be read again, and where
    much was decompressed; the consumer then fetches from there.
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
        """(producer, first offset) of transactions that are still to come, the first one last."""
        self._aborting: set[int] = set()
        """Producers in the middle of a transaction that they will abort."""
        self._memory_bytes = 0
        self.next_fetch_offset = self._end = fetch_offset
        self._records: Iterator[Any] = iter(())

    def __iter__(self) -> Iterator[Any]:
        self._log.began(self._partition, self.next_fetch_offset)
        try:
            while True:
                for record in self._records:
                    self.next_fetch_offset = record.offset + 1
                    yield record
                self.next_fetch_offset = self._end
                if not self._open_next():
                    return
        finally:
            self._log.reached(self._partition, self.next_fetch_offset)

    def _open_next(self) -> bool:
        """Go on to the next batch, which may hold nothing to hand out; False when there is none."""
        if not self._batches.has_next() or self._memory_bytes > LARGEST_POLL_BYTES:
            return False
        raw = self._batches.next_batch()
        batch = opened(raw)
        first = self.next_fetch_offset
        if self._is_after_gap(batch):
            return False
        self._end = max(batch.next_offset, first)
        if not self._is_left_out(batch):
            records, size = records_of(batch, raw)
            self._memory_bytes += size
            if records and records[0].offset < first:  # a batch comes whole, also asked for from its middle
                records = [record for record in records if record.offset >= first]
            self._records = iter(records)
        return True

    def _is_after_gap(self, batch: Any) -> bool:
        """Whether offsets before it are missing that are to be read again."""
        expected = self.next_fetch_offset
        if batch.producer_id is None or batch.base_offset <= expected:
            return False  # a batch of before Kafka 0.11 has no producer, and does not tell where it begins
        return not self._log.believes(self._partition, expected, batch.max_timestamp)

    def _is_left_out(self, batch: Any) -> bool:
        """Whether it is a marker, or was aborted."""
        while self._aborted and self._aborted[-1][1] < batch.next_offset:
            self._aborting.add(self._aborted.pop()[0])
        if batch.is_control_batch:
            if any(ControlRecord.parse(record.key) == ABORT_MARKER for record in batch):
                self._aborting.discard(batch.producer_id)
            return True
        return bool(batch.is_transactional) and batch.producer_id in self._aborting

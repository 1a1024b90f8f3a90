"""Records as aiokafka's reader has them, a batch at a time, without the `ConsumerRecord` it makes of each.

Making those, and asking for each record by itself, is seven tenths of what reading a record costs
(bench/records.py), and nobody here reads topic, partition, checksum or sizes off a record. What is left has
`offset`, `timestamp` (ms), `key`, `value` and `headers`, under the same names.
"""

from collections import OrderedDict
from collections.abc import Iterator
from typing import Any

from aiokafka import AIOKafkaConsumer
from aiokafka.errors import CorruptRecordException


class RawRecords:
    """In the place of aiokafka's `PartitionRecords`, for those who take all at once and read uncommitted.

    That has a generator of its own that refers to it. Left alone, the two would keep every fetch's megabyte
    until the garbage collector comes, which counts objects and not bytes.
    """

    def __init__(self, records: Any) -> None:
        records._records_iterator = None  # noqa: SLF001 - so both go when they are no longer used
        self._partition = records._tp  # noqa: SLF001
        self._batches = records._records  # noqa: SLF001
        self.next_fetch_offset: int = records.next_fetch_offset

    def __iter__(self) -> Iterator[Any]:
        while self._batches.has_next():
            batch = self._batches.next_batch()
            if not batch.validate_crc():
                raise CorruptRecordException(f"Invalid CRC - {self._partition}")
            if not batch.is_control_batch:
                yield from self._from_here_on(list(batch))
            self.next_fetch_offset = batch.next_offset

    def _from_here_on(self, records: list[Any]) -> list[Any]:
        """A batch comes whole, also when it is asked for from its middle on."""
        first = self.next_fetch_offset
        if records and records[0].offset < first:
            return [record for record in records if record.offset >= first]
        return records


class _RawResults(OrderedDict[Any, Any]):
    """What a fetcher has fetched, by partition; an error may stand in a result's place."""

    def __setitem__(self, partition: Any, result: Any) -> None:
        records = getattr(result, "_partition_records", None)
        if records is not None:
            result._partition_records = RawRecords(records)  # noqa: SLF001 - pinned by a contract test
        super().__setitem__(partition, result)


def hand_out_raw(consumer: AIOKafkaConsumer) -> None:
    """Have all that a started consumer will fetch handed out raw."""
    consumer._fetcher._records = _RawResults()  # noqa: SLF001 - nothing was fetched yet

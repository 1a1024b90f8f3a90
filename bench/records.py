"""Cost of reading a record: as aiokafka returns it, and raw (`python -m bench.records`)."""

from collections.abc import Callable
from time import process_time
from typing import Any

from aiokafka.consumer.fetcher import PartitionRecords
from aiokafka.producer.message_accumulator import BatchBuilder
from aiokafka.record.memory_records import MemoryRecords
from aiokafka.structs import TopicPartition

from streams.engine.kafka.committed_log import CommittedLog, CommittedRecords
from streams.engine.kafka.record_batches import FetchedBatches

RECORDS = 20_000
ROUNDS = 5
PLACE = TopicPartition("journey", 0)


def whole(batch: bytes) -> list[Any]:
    return list(
        PartitionRecords(PLACE, MemoryRecords(batch), [], 0, None, None, check_crcs=True, isolation_level=1)
    )


def raw(batch: bytes) -> list[Any]:
    return list(CommittedRecords(CommittedLog(lambda *_: False), PLACE, FetchedBatches(batch), [], 0))


def seconds(read: Callable[[bytes], list[Any]], batch: bytes) -> float:
    started = process_time()
    assert len(read(batch)) == RECORDS  # noqa: S101
    return process_time() - started


def main() -> None:
    builder = BatchBuilder(1 << 26, 0)
    for _ in range(RECORDS):
        builder.append(timestamp=None, key=b"k" * 40, value=b"v" * 120)
    batch = bytes(builder._build())  # noqa: SLF001
    for read in (whole, raw):
        best = min(seconds(read, batch) for _ in range(ROUNDS))
        print(f"{read.__name__:6} {best / RECORDS * 1e6:.2f} us per record")


if __name__ == "__main__":
    main()

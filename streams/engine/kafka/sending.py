"""Records out, in whole record batches: one future a batch, all of them awaited."""

import asyncio
from collections.abc import Callable, Iterable
from functools import lru_cache
from time import time
from zlib import crc32

from aiokafka import AIOKafkaProducer
from aiokafka.structs import RecordMetadata

from streams.engine.kafka.connection import Connection
from streams.engine.kafka.murmur import murmur2
from streams.engine.records import KeyValue, Records, Span

BATCH_BYTES = 512 * 1024
"""Size at which a record batch is closed."""
REQUEST_BYTES = 12 * 1024 * 1024
"""Largest request; a refused record of 4 MiB, encoded, has to fit."""
SEND_TIMEOUT_S = 60.0
"""How long a checkpoint waits for its records before the process gives up."""


OnAcknowledged = Callable[[tuple[str, int], range], None]
"""Is told of each record batch where it came to lie: log and offsets. Between two others may have written."""


@lru_cache(maxsize=100_000)
def partition_of(key: bytes, partitions: int) -> int:
    """Kafka's default: murmur2 of the key. Remembered, as a member or a subject comes up several times."""
    return int((murmur2(key) & 0x7FFFFFFF) % partitions)


def internal_partition_of(key: bytes, partitions: int) -> int:
    """For topics that only we write to: stable as well, and a thirtieth of murmur2's time."""
    return crc32(key) % partitions


def new_producer(connection: Connection, client_id: str) -> AIOKafkaProducer:
    return AIOKafkaProducer(
        **connection.options(),
        client_id=client_id,
        acks="all",
        linger_ms=0,
        max_batch_size=BATCH_BYTES,
        max_request_size=REQUEST_BYTES,
    )


async def send(
    producer: AIOKafkaProducer, records: Records, acknowledged: OnAcknowledged = lambda _log, _offsets: None
) -> dict[tuple[str, int], Span]:
    """Send records by topic and partition, in order; return when all are acknowledged, else raise."""
    partitions = list(records)
    async with asyncio.timeout(SEND_TIMEOUT_S):
        spans = await asyncio.gather(
            *(_send_run(producer, tp, records[tp], acknowledged) for tp in partitions)
        )
    return dict(zip(partitions, spans, strict=True))


async def _send_run(
    producer: AIOKafkaProducer, target: tuple[str, int], run: Iterable[KeyValue], acknowledged: OnAcknowledged
) -> Span:
    topic, partition = target
    first, last, count = -1, -1, 0
    batch, now_ms = producer.create_batch(), int(time() * 1_000)
    waiting: list[tuple[int, asyncio.Future[RecordMetadata]]] = []
    for key, value, headers in run:
        if batch.append(key=key, value=value, timestamp=now_ms, headers=[*headers]) is None:
            waiting.append(
                (batch.record_count(), await producer.send_batch(batch, topic, partition=partition))
            )
            batch = producer.create_batch()
            batch.append(key=key, value=value, timestamp=now_ms, headers=[*headers])
        count += 1
    waiting.append((batch.record_count(), await producer.send_batch(batch, topic, partition=partition)))
    for records, future in waiting:
        metadata = await future
        acknowledged(target, range(metadata.offset, metadata.offset + records))
        if first < 0:
            first = metadata.offset
        last = metadata.offset
    return Span(first, last + batch.record_count() - 1, count)

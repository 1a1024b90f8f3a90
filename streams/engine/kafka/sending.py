"""Sending in whole record batches: one future per batch, all of them awaited."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from time import time
from zlib import crc32

from aiokafka import AIOKafkaProducer
from aiokafka.structs import RecordMetadata

from streams.engine.kafka.connection import Connection
from streams.engine.kafka.murmur import murmur2, murmur2_of_all
from streams.engine.kafka.runs import BATCH_BYTES
from streams.engine.records import KeyValue, Records, Span

REQUEST_BYTES = 12 * 1024 * 1024
"""Largest request; a rejected record of 4 MiB, encoded, has to fit."""
SEND_TIMEOUT_S = 60.0
"""Timeout for sending the records of a checkpoint; after it the process ends."""


OnAcknowledged = Callable[[tuple[str, int], range], None]
"""Called for each acknowledged record batch with its partition and offsets. Batches may have gaps between."""

FEW_KEYS = 8
"""So few are hashed faster one by one."""


@lru_cache(maxsize=100_000)
def partition_of(key: bytes, partitions: int) -> int:
    """Kafka's default: murmur2 of the key. Cached, as keys of members and subjects recur."""
    return int((murmur2(key) & 0x7FFFFFFF) % partitions)


def partitions_of(keys: Sequence[bytes], partitions: int) -> Sequence[int]:
    """The same of many keys that do not recur."""
    lengths = set(map(len, keys))
    if len(keys) <= FEW_KEYS or len(lengths) > 1 or lengths.pop() % 4:
        return [partition_of(key, partitions) for key in keys]
    return [(digest & 0x7FFFFFFF) % partitions for digest in murmur2_of_all(keys)]


def internal_partition_of(key: bytes, partitions: int) -> int:
    """CRC-32, for topics that only the stages write: stable too, in a thirtieth of murmur2's time."""
    return crc32(key) % partitions


def new_producer(connection: Connection, client_id: str) -> AIOKafkaProducer:
    return AIOKafkaProducer(
        **connection.options(),
        client_id=client_id,
        acks="all",
        linger_ms=0,
        compression_type=connection.compression,
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
    pending: list[tuple[int, asyncio.Future[RecordMetadata]]] = []
    for key, value, headers in run:
        if batch.append(key=key, value=value, timestamp=now_ms, headers=[*headers]) is None:
            pending.append(
                (batch.record_count(), await producer.send_batch(batch, topic, partition=partition))
            )
            batch = producer.create_batch()
            batch.append(key=key, value=value, timestamp=now_ms, headers=[*headers])
        count += 1
    pending.append((batch.record_count(), await producer.send_batch(batch, topic, partition=partition)))
    for records, future in pending:
        metadata = await future
        acknowledged(target, range(metadata.offset, metadata.offset + records))
        if first < 0:
            first = metadata.offset
        last = metadata.offset
    return Span(first, last + batch.record_count() - 1, count)

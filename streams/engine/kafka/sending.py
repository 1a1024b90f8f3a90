"""Sending in whole record batches: one future per batch, all of them awaited."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable
from contextlib import AsyncExitStack
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
"""Largest request; a rejected record of 4 MiB, encoded, has to fit."""
SEND_TIMEOUT_S = 60.0
"""Timeout for sending the records of a checkpoint; after it the process ends."""


OnAcknowledged = Callable[[tuple[str, int], range], None]
"""Called for each acknowledged record batch with its partition and offsets. Batches may have gaps between."""


@lru_cache(maxsize=100_000)
def partition_of(key: bytes, partitions: int) -> int:
    """Kafka's default: murmur2 of the key. Cached, as keys of members and subjects recur."""
    return int((murmur2(key) & 0x7FFFFFFF) % partitions)


def internal_partition_of(key: bytes, partitions: int) -> int:
    """CRC-32, for topics that only the stages write: stable too, in a thirtieth of murmur2's time."""
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


class Turns:
    """Lets the producers of one process send to a partition one after the other."""

    def __init__(self) -> None:
        self._locks: defaultdict[tuple[str, int], asyncio.Lock] = defaultdict(asyncio.Lock)

    async def send(self, producer: AIOKafkaProducer, records: Records) -> dict[tuple[str, int], Span]:
        """As `send`, once nobody else is sending to any of the partitions."""
        async with AsyncExitStack() as held:
            for partition in sorted(records):  # in one order, so that no two wait for each other
                await held.enter_async_context(self._locks[partition])
            return await send(producer, records)


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

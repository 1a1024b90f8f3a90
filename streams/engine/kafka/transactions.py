"""Open transactions: records behind one cannot be read before it ends.

Kafka aborts a transaction after its producer's `transaction.timeout.ms`: a minute by default, and at most a
quarter of an hour unless the broker allows more.
"""

import asyncio
import struct
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from aiokafka.client import AIOKafkaClient
from aiokafka.errors import KafkaError
from aiokafka.protocol.fetch import FetchRequest
from aiokafka.structs import TopicPartition

from streams.engine.kafka.connection import Connection
from streams.engine.kafka.log_ends import CONNECTION, UNCOMMITTED, Watermarks, by_topic
from streams.engine.kafka.record_batches import FetchedBatches
from streams.engine.kafka.watermarks import by_leader, connected, watermarks

WAIT_MS: Final = 500
LASTING_S: Final = 3.0
"""A transaction that is open for longer is reported."""
UNKNOWN: Final = "?"
ONE_BATCH_BYTES: Final = 1
"""A broker always returns the whole first batch."""
_producer = struct.Struct(">qh")
_PRODUCER_AT: Final = 43
"""Position in a batch of the producer's number and epoch."""


class OpenTransaction(NamedTuple):
    """The first open transaction of a partition."""

    topic: str
    partition: int
    offset: int
    """Offset of its first record; from there on nothing can be read as committed."""
    records: int
    """Number of records from there on, of this transaction and of others."""
    producer: str
    """`NUMBER/EPOCH`, as `kafka-transactions describe-producers` shows them; `?` if unknown."""

    def __str__(self) -> str:
        return (
            f"an open transaction of producer {self.producer} holds back {self.topic}/{self.partition} from "
            f"offset {self.offset} on, {self.records:,} records"
        )


async def open_transactions(
    client: AIOKafkaClient | Connection, marks: Mapping[TopicPartition, Watermarks]
) -> list[OpenTransaction]:
    """The first open transaction of each partition; no request is sent if there is none."""
    blocked = {one: mark for one, mark in marks.items() if mark.stable < mark.end}
    if not blocked:
        return []
    async with connected(client) as started:
        leaders = await by_leader(started, list(blocked))
        asked = ((node, one) for node, partitions in leaders.items() for one in partitions)
        producers = {one: await _producer_at(started, node, one, blocked[one].stable) for node, one in asked}
    return [
        OpenTransaction(
            one.topic, one.partition, mark.stable, mark.end - mark.stable, producers.get(one, UNKNOWN)
        )
        for one, mark in blocked.items()
    ]


async def lasting_transactions(
    connection: Connection, partitions: Sequence[TopicPartition]
) -> list[OpenTransaction]:
    """Transactions that are open at two checks; every transaction is open for a moment."""
    first = await open_transactions(connection, await watermarks(connection, partitions))
    if not first:
        return []
    await asyncio.sleep(LASTING_S)
    seen = {one[:3] for one in first}
    second = await open_transactions(connection, await watermarks(connection, partitions))
    return [one for one in second if one[:3] in seen]


def advice(found: Sequence[OpenTransaction], broker: str) -> str:
    """Text about the open transactions and what to do."""
    topic, partition, offset, *_ = found[0]
    named = "; ".join(map(str, found))
    return (
        f"{named[0].upper()}{named[1:]}. Its app must commit or abort it; Kafka aborts it when the app's "
        f"transaction.timeout.ms is over. By hand: kafka-transactions --bootstrap-server {broker} abort "
        f"--topic {topic} --partition {partition} --start-offset {offset}"
    )


async def _producer_at(client: AIOKafkaClient, node: int, partition: TopicPartition, offset: int) -> str:
    """Producer of the batch at this offset."""
    asked = by_topic([partition], offset, ONE_BATCH_BYTES)
    request = FetchRequest(WAIT_MS, 1, ONE_BATCH_BYTES, UNCOMMITTED, asked)
    try:
        response = await client.send(node, request, group=CONNECTION)
    except KafkaError:
        return UNKNOWN
    for _, answers in response.topics:
        for *_, data in answers:
            batches = FetchedBatches(data or b"")
            if batches.has_next():
                number, epoch = _producer.unpack_from(batches.next_batch(), _PRODUCER_AT)
                return f"{number}/{epoch}"
    return UNKNOWN

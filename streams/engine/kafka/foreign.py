"""A stretch of our changelog, read back because somebody else wrote there too."""

import asyncio

from aiokafka import AIOKafkaConsumer
from aiokafka.structs import TopicPartition

from streams.engine.bounded import at_most
from streams.engine.kafka.connection import Connection

READ_TIMEOUT_S = 30.0
STOP_S = 5.0


async def records_between(
    connection: Connection, topic: str, partition: int, first: int, end: int
) -> list[tuple[bytes, bytes]]:
    """Key and value of the records at offsets first..end-1 that are still there.

    Raises TimeoutError when the broker does not hand them out in time.
    """
    target = TopicPartition(topic, partition)
    consumer = AIOKafkaConsumer(**connection.options(), enable_auto_commit=False)
    found: list[tuple[bytes, bytes]] = []
    try:
        async with asyncio.timeout(READ_TIMEOUT_S):
            await consumer.start()
            consumer.assign([target])
            consumer.seek(target, first)
            while await consumer.position(target) < end:
                polled = (await consumer.getmany(target, timeout_ms=500)).get(target, [])
                found += [(record.key, record.value) for record in polled if record.offset < end]
    finally:
        await at_most(STOP_S, consumer.stop)
    return found

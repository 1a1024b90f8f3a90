"""A stretch of our changelog, read back because somebody else wrote there too."""

import asyncio

from aiokafka import AIOKafkaConsumer
from aiokafka.structs import TopicPartition

READ_TIMEOUT_S = 30.0


async def records_between(
    bootstrap: str, topic: str, partition: int, first: int, end: int
) -> list[tuple[bytes, bytes]]:
    """Key and value of the records at offsets first..end-1 that are still there.

    Raises TimeoutError when the broker does not hand them out in time.
    """
    target = TopicPartition(topic, partition)
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap, enable_auto_commit=False)
    await consumer.start()
    found: list[tuple[bytes, bytes]] = []
    try:
        consumer.assign([target])
        consumer.seek(target, first)
        async with asyncio.timeout(READ_TIMEOUT_S):
            while await consumer.position(target) < end:
                polled = (await consumer.getmany(target, timeout_ms=500)).get(target, [])
                found += [(record.key, record.value) for record in polled if record.offset < end]
    finally:
        await consumer.stop()
    return found

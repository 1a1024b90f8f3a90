"""Four bare relays in one process: each consumes a topic and sends its records on, as aiokafka's guide shows.

The least that four hops over Kafka cost in Python: no state, no changelog, no check, nothing exact.
"""

import asyncio
import signal
import sys
from itertools import pairwise

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

TOPICS = tuple(f"relay-{number}" for number in range(5))
"""The client publishes to the first one and watches the last one."""


async def relay(address: str, source: str, target: str) -> None:
    consumer = AIOKafkaConsumer(
        source, bootstrap_servers=address, group_id=source, auto_offset_reset="earliest"
    )
    async with consumer, AIOKafkaProducer(bootstrap_servers=address) as producer:
        async for record in consumer:
            await producer.send(target, record.value, record.key)


async def relays(address: str) -> None:
    running = asyncio.gather(*(relay(address, *hop) for hop in pairwise(TOPICS)))
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, running.cancel)
    await running


if __name__ == "__main__":
    asyncio.run(relays(sys.argv[1]))

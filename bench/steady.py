"""A client that publishes on a steady clock, and one that watches a topic."""

import asyncio
from collections.abc import Callable, Sequence
from statistics import mean, quantiles
from time import monotonic
from typing import NamedTuple, Self

from aiokafka import AIOKafkaConsumer, TopicPartition

from bench.matching import Seen
from streams.engine.kafka.connection import Connection
from streams.engine.kafka.sending import new_producer, partition_of

WATCH_MS = 100
PATIENCE_S = 600.0


class Message(NamedTuple):
    topic: str
    key: bytes
    value: bytes


class Delays(NamedTuple):
    """Milliseconds."""

    mean: float
    p50: float
    p99: float


class Published(NamedTuple):
    due: dict[bytes, float]
    """By key: the instant at which it was its turn, the first one if it was sent again."""
    late_s: float
    """The most that the client was behind its clock."""
    cpu_s: float
    """CPU time of the process measured meanwhile."""


def delays(seconds: Sequence[float]) -> Delays:
    """Raises ValueError if something arrived before it was published."""
    if min(seconds) < 0:
        raise ValueError("Something arrived before it was published.")
    percent = quantiles(seconds, n=100)
    return Delays(1_000 * mean(seconds), 1_000 * percent[49], 1_000 * percent[98])


async def publish(
    connection: Connection,
    partitions: int,
    messages: Sequence[Message],
    per_s: int,
    cpu_s: Callable[[], float],
) -> Published:
    """Publish each message when it is due."""
    due: dict[bytes, float] = {}
    late_s = 0.0
    async with new_producer(connection, "bench") as producer:
        acknowledged = []
        began, cpu_before = monotonic(), cpu_s()
        for number, (topic, key, value) in enumerate(messages):
            at = began + number / per_s
            if (early := at - monotonic()) > 0:
                await asyncio.sleep(early)
            late_s = max(late_s, monotonic() - at)
            due.setdefault(key, at)
            acknowledged.append(await producer.send(topic, value, key, partition_of(key, partitions)))
        await asyncio.gather(*acknowledged)
        return Published(due, late_s, cpu_s() - cpu_before)


class Watcher:
    """Records every value that arrives on a topic, with the time of its arrival, until the block ends."""

    def __init__(self, connection: Connection, topic: str, partitions: int) -> None:
        self.seen: list[Seen] = []
        self._consumer = AIOKafkaConsumer(**connection.options(), enable_auto_commit=False)
        self._arrived = asyncio.Event()
        self._partitions = [TopicPartition(topic, number) for number in range(partitions)]

    async def __aenter__(self) -> Self:
        await self._consumer.start()
        self._consumer.assign(self._partitions)
        await self._consumer.seek_to_end()
        self._watching = asyncio.create_task(self._watch())
        return self

    async def __aexit__(self, *_: object) -> None:
        self._watching.cancel()
        await self._consumer.stop()

    async def until(self, values: int) -> None:
        """Return when so many have arrived."""
        async with asyncio.timeout(PATIENCE_S):
            while len(self.seen) < values:
                await self._arrived.wait()
                self._arrived.clear()

    async def _watch(self) -> None:
        while True:
            polled = await self._consumer.getmany(timeout_ms=WATCH_MS)
            now = monotonic()
            self.seen += [Seen(now, record.value) for run in polled.values() for record in run]
            self._arrived.set()

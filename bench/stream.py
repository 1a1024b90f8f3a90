"""A stream with worker processes, as an operator runs it, and its progress."""

import asyncio
import subprocess
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from pathlib import Path
from time import monotonic, sleep

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition

from models.settings import Settings
from sambung.following import existing_stream
from sambung.lines import Line
from sambung.replay.publish import Publisher
from sinks.sql import SqlSink
from streams.drain import Cut, Drain
from streams.engine.kafka.connection import Connection
from streams.engine.kafka.sending import new_producer
from streams.engine.kafka.watermarks import end_offsets
from streams.topics.names import Topics
from tests.end_to_end.workers import Cluster

LOOK_S = 0.2
"""Pause between two looks at the positions of stages and store."""
SOON_S = 0.02
"""Pause between two looks at a worker's log."""
PATIENCE_S = 3_600.0

Worker = subprocess.Popen[bytes]


class Stream:
    """New topics on a broker, and a new store.

    Parameters
    ----------
    address: of the broker.
    folder: where workers keep their rows and logs.
    database: URL of an empty store.
    """

    def __init__(self, address: str, folder: Path, database: str) -> None:
        self.database = database
        self.connection = Connection(address)
        self._cluster = Cluster(self.connection, folder, database, settings={})
        made = self._cluster.create_topics()
        if made.returncode:
            raise RuntimeError(made.stderr)

    def publish(self, lines: Iterable[bytes]) -> None:
        """Send events to the topics of their types; returns when all are acknowledged."""
        asyncio.run(self._publish(Line("bench", number, line) for number, line in enumerate(lines, 1)))

    async def _publish(self, lines: Iterator[Line]) -> None:
        async with new_producer(self.connection, "bench") as producer:
            await Publisher(producer, Settings().partitions, lambda _: None).publish(lines)

    @contextmanager
    def worker(self, name: str, *options: str) -> Iterator[Worker]:
        """Run a worker; it is killed at the end. A worker of the same name finds its rows."""
        self._cluster.log(name).unlink(missing_ok=True)
        with self._cluster.worker(name, *options) as process:
            yield process

    def rows(self, name: str) -> Path:
        """Folder of a worker's rows."""
        return self._cluster.data_dir(name)

    def wait_until_joined(self, *names: str) -> None:
        """Wait until one of these workers has restored its partitions and reads."""
        logs = [self._cluster.log(name) for name in names]
        deadline = monotonic() + PATIENCE_S
        while not any("worker_started" in log.read_text() for log in logs):
            words = "\n".join(log.read_text()[-2_000:] for log in logs)
            if "stopped" in words or monotonic() > deadline:
                raise RuntimeError(f"No worker has begun:\n{words}")
            sleep(SOON_S)

    async def topics(self) -> Topics:
        with closing(SqlSink(self.database)) as sink:
            return (await existing_stream(self.connection, sink, Settings(), self.database)).context.topics

    @asynccontextmanager
    async def drain(self) -> AsyncIterator[Drain]:
        async with Drain(self.connection, await self.topics()) as drain:
            yield drain


async def everything(connection: Connection, topic: str, partitions: int) -> list[ConsumerRecord]:
    """Every record of a topic, each partition's in order."""
    places = [TopicPartition(topic, number) for number in range(partitions)]
    ends = await end_offsets(connection, places)
    records: list[ConsumerRecord] = []
    async with AIOKafkaConsumer(**connection.options(), enable_auto_commit=False) as consumer:
        consumer.assign(places)
        await consumer.seek_to_beginning()
        while any([await consumer.position(one) < ends[one] for one in places]):
            for run in (await consumer.getmany(timeout_ms=200)).values():
                records += run
    return records


async def through(stream: Stream) -> None:
    """Return when the stages have processed everything published until now."""
    deadline = monotonic() + PATIENCE_S
    cut = Cut(await stream.topics())
    async with stream.drain() as drain:
        while not cut.advance(await drain.look()).passed:
            if monotonic() > deadline:
                raise TimeoutError(f"The stages were not through after {PATIENCE_S:.0f} s.")
            await asyncio.sleep(LOOK_S)

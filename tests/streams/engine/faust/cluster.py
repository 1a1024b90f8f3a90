"""The counting stage from outside: topics, commits, outputs, worker processes."""

import asyncio
import subprocess
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep
from typing import Any, TypeVar

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from streams.engine.kafka.admin import committed_offsets
from streams.engine.kafka.connection import Connection
from streams.engine.kafka.sending import new_producer, partition_of, send
from streams.engine.kafka.watermarks import end_offsets
from streams.engine.records import KeyValue, Span
from tests.clients import admin_of
from tests.streams.engine.counting import APP, CHANGELOG, INPUT, OUTPUT, PARTITIONS
from tests.warm import Module

PATIENCE_S = 40.0
"""Timeout of every wait in a test."""
ROOT = Path(__file__).parents[4]

Result = TypeVar("Result")


def until(condition: Callable[[], bool], what: str) -> None:
    """Wait until the condition is true."""
    deadline = monotonic() + PATIENCE_S
    while not condition():
        assert monotonic() < deadline, f"still not {what} after {PATIENCE_S:.0f} s"
        sleep(0.05)


def partitions(topic: str) -> list[TopicPartition]:
    return [TopicPartition(topic, number) for number in range(PARTITIONS)]


@dataclass(frozen=True)
class Cluster:
    """A broker with the topics of the counting stage."""

    address: str

    def make_topics(self) -> None:
        async def make(admin: AIOKafkaAdminClient) -> None:
            await admin.create_topics([NewTopic(name, PARTITIONS, 1) for name in (INPUT, OUTPUT, CHANGELOG)])

        self._as_admin(make)

    def make_input_anew(self) -> None:
        """At once: a worker that looks between would see no such topic, and wait for it."""

        async def make(admin: AIOKafkaAdminClient) -> None:
            await admin.delete_topics([INPUT])
            made = await admin.create_topics([NewTopic(INPUT, PARTITIONS, 1)])
            assert made.topic_errors[0][1] == 0, made

        self._as_admin(make)

    def publish(self, records: list[tuple[bytes, bytes]]) -> dict[tuple[str, int], Span]:
        """Send to the input topic, each record to its key's partition; return their offsets."""
        runs: dict[tuple[str, int], list[KeyValue]] = {}
        for key, value in records:
            runs.setdefault((INPUT, partition_of(key, PARTITIONS)), []).append((key, value, ()))

        async def sent() -> dict[tuple[str, int], Span]:
            producer = new_producer(Connection(self.address), "test")
            async with producer:
                return await send(producer, runs)

        return asyncio.run(sent())

    def committed(self) -> dict[int, int]:
        """Committed offsets by partition of the input; 0 where there is none."""

        async def ask(admin: AIOKafkaAdminClient) -> dict[int, int]:
            found = await committed_offsets(admin, APP, partitions(INPUT))
            return {one.partition: found.get(one, 0) for one in partitions(INPUT)}

        return self._as_admin(ask)

    def ends(self) -> dict[int, int]:
        """Ends of the input's partitions."""
        ends = asyncio.run(end_offsets(Connection(self.address), partitions(INPUT)))
        return {partition.partition: end for partition, end in ends.items()}

    def wait_until_drained(self) -> None:
        ends = self.ends()
        until(lambda: self.committed() == ends, "committed to the ends of the logs")

    def counts(self) -> dict[bytes, int]:
        """The last count of each key on the output topic."""
        return {key: int(value) for key, value in asyncio.run(self._read(OUTPUT))}

    async def _read(self, topic: str) -> list[tuple[bytes, bytes]]:
        ends = await end_offsets(Connection(self.address), partitions(topic))
        found: list[tuple[bytes, bytes]] = []
        async with AIOKafkaConsumer(bootstrap_servers=self.address, auto_offset_reset="earliest") as consumer:
            consumer.assign(list(ends))
            while any([await consumer.position(one) < end for one, end in ends.items()]):
                polled = await consumer.getmany(timeout_ms=200)
                found += [(record.key, record.value) for run in polled.values() for record in run]
        return found

    def _as_admin(self, ask: Callable[[AIOKafkaAdminClient], Coroutine[Any, Any, Result]]) -> Result:
        async def asked() -> Result:
            async with admin_of(self.address) as admin:
                return await ask(admin)

        return asyncio.run(asked())

    @contextmanager
    def worker(self, data_dir: Path, *how: str) -> Iterator["subprocess.Popen[str]"]:
        """A worker process; killed at the end if it is still there."""
        command = ("tests.streams.engine.faust.counting_worker", self.address, str(data_dir), *how)
        log = data_dir.with_suffix(".log")
        with log.open("a") as output:
            process = Module(*command, cwd=ROOT, stderr=output, text=True)
        try:
            yield process
        finally:
            with suppress(ProcessLookupError):
                process.kill()
            process.wait()

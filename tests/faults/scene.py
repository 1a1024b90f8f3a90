"""A cluster under load to which something happens, and what came of it."""

import asyncio
import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager
from math import ceil
from pathlib import Path
from time import monotonic, sleep
from typing import NamedTuple

from aiokafka.errors import KafkaError
from aiokafka.structs import TopicPartition
from sqlalchemy.exc import DBAPIError

from sinks.base import StoreError
from sinks.sql import SqlSink
from streams.engine.kafka.admin import committed_offsets
from streams.engine.kafka.connection import Connection
from streams.engine.kafka.watermarks import end_offsets
from tests.clients import admin_of
from tests.end_to_end.runs import sambung, tables_for, until
from tests.end_to_end.workers import Cluster, Tended
from tests.faults.load import load
from tests.faults.page import Tried
from tests.faults.verdicts import compared
from tests.services.brokers import emptied
from tests.services.kafka import Kafka

RECOVERS_S = 120.0
BEFORE_S = 1.5
"""Time of load before a fault."""
STOPS_S = 20.0


class Mark(NamedTuple):
    """Where every log ended at some moment."""

    group: str
    """Of the workers."""
    inputs: dict[TopicPartition, int]
    """Of the stages."""
    outputs: dict[TopicPartition, int]
    """Of the stages; a sink reads them."""


class Scene:
    """Topics, a store, workers that are looked after."""

    def __init__(self, cluster: Cluster, running: ExitStack) -> None:
        self.cluster = cluster
        self._running = running
        self._seed = 1_000

    def start(self, name: str, *options: str) -> Tended:
        """A worker, once it is at work."""
        tended = self.cluster.start(self._running, name, *options)
        self._wait_until_at_work(name)
        return tended

    def pair(self) -> tuple[Tended, Tended]:
        """Two workers that start together; the first one writes the store."""
        first = self.cluster.start(self._running, "first")
        second = self.start("second", "--no-sink")
        self._wait_until_at_work("first")
        return first, second

    def _wait_until_at_work(self, name: str) -> None:
        until(lambda: "worker_started" in self.cluster.log(name).read_text(), f"started: {name}")

    def kill_for_good(self, worker: Tended) -> None:
        """`kill -9`, and nobody starts it again."""
        self.cluster.tended.remove(worker)
        worker.process.kill()
        worker.process.wait()

    def stop_for_good(self, worker: Tended) -> None:
        self.cluster.tended.remove(worker)
        worker.process.terminate()
        assert worker.process.wait(STOPS_S) == 0

    def stop_all(self) -> None:
        while self.cluster.tended:
            self.stop_for_good(self.cluster.tended[-1])

    def delete_all_topics(self) -> None:
        asyncio.run(self._delete_all_topics())

    async def _delete_all_topics(self) -> None:
        async with admin_of(self.cluster.address) as admin:
            await admin.delete_topics(
                [name for name in await admin.list_topics() if not name.startswith("__")]
            )

    def load(self) -> AbstractContextManager[None]:
        self._seed += 1_000
        return load(self.cluster, self._seed)

    @contextmanager
    def nobody_ends(self) -> Iterator[None]:
        """Fail if one of the workers of now ends by itself in the block, though it is started again."""
        before = [(worker, worker.process) for worker in self.cluster.tended]
        try:
            yield
        finally:
            there = (worker.process is process and process.poll() is None for worker, process in before)
            assert all(there), self._last_words()

    def _last_words(self) -> str:
        logs = sorted(self.cluster.folder.glob("*.log"))
        words = (f"{log.name}:\n{log.read_text(errors='replace')[-2_000:]}" for log in logs)
        return "\n".join(["a worker ended by itself", *words])

    def tried(self, fault: str, times: int, bring_about: Callable[[int], object]) -> Tried:
        """Bring a fault about under load, several times, and each time wait until all is done."""
        seconds = []
        with self.load():
            for number in range(times):
                sleep(BEFORE_S)
                mark = self.mark()
                bring_about(number)
                seconds.append(self.seconds_until_done(mark))
        return self.verdict(fault, times, max(seconds))

    def mark(self) -> Mark:
        """Where every log ends now."""
        return asyncio.run(self._mark())

    async def _mark(self) -> Mark:
        topics = await self.cluster.topics()
        ends = await end_offsets(self.cluster.connection, topics.inputs + topics.outputs)
        return Mark(
            topics.app_id,
            {one: ends[one] for one in topics.inputs},
            {one: ends[one] for one in topics.outputs},
        )

    def seconds_until_done(self, mark: Mark) -> float:
        """From now until all that lay in the logs at that moment is worked through and stored."""
        began = monotonic()
        until(lambda: self._passed(mark), "past where the logs ended at the moment of the fault", RECOVERS_S)
        return monotonic() - began

    def _passed(self, mark: Mark) -> bool:
        self.cluster.tend()
        try:
            return asyncio.run(self._worked_through(mark)) and self._stored(mark)
        except (KafkaError, OSError, StoreError, DBAPIError):
            return False

    async def _worked_through(self, mark: Mark) -> bool:
        async with admin_of(self.cluster.address) as admin:
            reached = await committed_offsets(admin, mark.group, list(mark.inputs))
        return all(reached.get(one, 0) >= end for one, end in mark.inputs.items())

    def _stored(self, mark: Mark) -> bool:
        with closing(SqlSink(self.cluster.database)) as sink:
            positions = sink.positions()
        return all(positions.get(tuple(one), 0) >= end for one, end in mark.outputs.items())

    def verdict(self, fault: str, times: int, seconds: float) -> Tried:
        """Wait until all is done, then count every row that is wrong, and check the sums."""
        self.cluster.wait_until_stored()
        wrong = compared(tables_for(self.cluster.published), self.cluster.database)
        return Tried(fault, times, wrong.lost, wrong.doubled, ceil(seconds), wrong.problems)

    def refused_start(self, name: str, *options: str) -> "subprocess.CompletedProcess[str]":
        """A worker that is expected to end by itself at once."""
        return sambung(*self.cluster.worker_arguments(name, *options), **self.cluster.settings)


@contextmanager
def scene(folder: Path, kafka: Kafka, *, database: str | None = None, **settings: str) -> Iterator[Scene]:
    """A new one on an emptied Kafka; settings are those of the commands, without their prefix."""
    with ExitStack() as running:
        store = folder / "store"
        store.mkdir()
        address = emptied(kafka)
        cluster = Cluster(Connection(address), folder, database or f"sqlite:///{store}/sambung.db")
        cluster.settings |= {f"SAMBUNG_{name.upper()}": value for name, value in settings.items()}
        cluster.create_first_topics()
        yield Scene(cluster, running)

"""A cluster as an operator runs it: a broker, its topics, one store, and worker processes."""

import asyncio
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from models.settings import Settings
from sambung.following import known
from sambung.publish import Line, Publisher
from sinks.sql import SqlSink
from streams.drain import Drain
from streams.engine.sending import new_producer
from streams.topics import Topics
from tests.end_to_end.runs import PATIENCE_S, sambung, started, until, url

SESSION_S = "2"
"""Joining a group on the embedded broker takes half of it."""


@dataclass
class Cluster:
    """Everything that was published so far, and where."""

    address: str
    folder: Path
    published: list[bytes] = field(default_factory=list)

    @property
    def store(self) -> Path:
        return self.folder / "sambung.db"

    def create_topics(self) -> "subprocess.CompletedProcess[str]":
        return sambung("topics", "create", "--broker", self.address, "--database", url(self.store))

    @contextmanager
    def worker(self, name: str, *options: str) -> "Iterator[subprocess.Popen[bytes]]":
        arguments = ["worker", "--broker", self.address, "--database", url(self.store), *options]
        arguments += ["--data-dir", str(self.folder / name)]
        log = self.log(name)
        with started(*arguments, log=log, SAMBUNG_SESSION_TIMEOUT_S=SESSION_S) as process:
            yield process

    def log(self, name: str) -> Path:
        return self.folder / f"{name}.log"

    def publish(self, lines: Sequence[bytes]) -> None:
        self.published += lines
        asyncio.run(self._publish(lines))

    async def _publish(self, lines: Sequence[bytes]) -> None:
        async with new_producer(self.address, "test") as producer:
            publisher = Publisher(producer, Settings().partitions, lambda _: None)
            await publisher.publish(Line("test", number, line) for number, line in enumerate(lines, 1))

    def done(self) -> int:
        """Records that all stages have committed."""
        return asyncio.run(self._progress())[0]

    def wait_until_stored(self) -> None:
        """Until nothing is under way any more, and the store has it all."""
        until(lambda: asyncio.run(self._progress())[1], "stored", PATIENCE_S)

    async def _progress(self) -> tuple[int, bool]:
        with closing(SqlSink(url(self.store))) as sink:
            positions = sink.positions()
            topics = await self._topics(sink)
        async with Drain(self.address, topics) as drain:
            progress = await drain.progress()
        stored = all(positions.get(log, 0) >= end for log, end in progress.outputs.items())
        return progress.done, progress.drained and stored

    async def _topics(self, sink: SqlSink) -> Topics:
        stream = await known(self.address, sink, Settings(), url(self.store))
        return stream.world.topics

"""A cluster as an operator runs it: a broker, its topics, one store, and worker processes."""

import asyncio
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from models.settings import Settings
from sambung.following import existing_stream
from sambung.lines import Line
from sambung.replay.publish import Publisher
from sinks.base import Positions
from sinks.sql import SqlSink
from streams.drain import Cut, Drain, Look
from streams.engine.kafka.connection import Connection
from streams.engine.kafka.sending import new_producer
from streams.topics.names import Topics
from tests.end_to_end.runs import PATIENCE_S, descendants, sambung, sambung_here, started, until

SESSION_S = "2"
"""Joining a group on the embedded broker takes half of it."""
LOOK_S = 0.2
"""Between two looks at broker and store, each by new connections: more of them take the workers' time."""

Process = subprocess.Popen[bytes]


class Tended:
    """A worker process that somebody looks after."""

    def __init__(self, start: Callable[[], Process]) -> None:
        self._start = start
        self.process = start()

    def sink(self) -> int:
        """Process id of its sink process, once it has one."""
        until(lambda: list(descendants(self.process.pid)), "a sink process")
        [sink] = descendants(self.process.pid)
        return sink

    def kill_and_start_again(self) -> None:
        """`kill -9`, and the next one at once."""
        self.process.kill()
        self.process.wait()
        self.process = self._start()

    def tend(self) -> None:
        """Start it again if it has ended by itself, which it may: nothing is lost by that."""
        if self.process.poll() is not None:
            self.process = self._start()


@dataclass
class Cluster:
    """Everything that was published so far, and where."""

    connection: Connection
    folder: Path
    database: str
    """URL of the store."""
    published: list[bytes] = field(default_factory=list)
    tended: "list[Tended]" = field(default_factory=list)
    settings: dict[str, str] = field(
        default_factory=lambda: {"SAMBUNG_SESSION_TIMEOUT_S": SESSION_S, "SAMBUNG_PATIENCE_S": "20"}
    )
    """Environment of every command."""

    @property
    def address(self) -> str:
        return self.connection.bootstrap

    def create_topics(self, *options: str) -> "subprocess.CompletedProcess[str]":
        return sambung(*self._creation(*options), **self.settings)

    def create_first_topics(self) -> None:
        """Those of a new store's stream, to which nothing is fed: no worker process has to be started."""
        created = sambung_here(*self._creation(), **self.settings)
        assert created.returncode == 0, created.stderr

    def _creation(self, *options: str) -> list[str]:
        return ["topics", "create", "--broker", self.address, "--database", self.database, *options]

    def worker_arguments(self, name: str, *options: str) -> list[str]:
        arguments = ["worker", "--broker", self.address, "--database", self.database, *options]
        return [*arguments, "--data-dir", str(self.data_dir(name))]

    @contextmanager
    def worker(self, name: str, *options: str, **settings: str) -> "Iterator[subprocess.Popen[bytes]]":
        """Settings are put before those of every command."""
        given = self.settings | settings
        with started(*self.worker_arguments(name, *options), log=self.log(name), **given) as process:
            yield process

    def start(self, running: ExitStack, name: str, *options: str, **settings: str) -> "Tended":
        """A worker that is started again when it ends by itself, as a supervisor does."""
        tended = Tended(lambda: running.enter_context(self.worker(name, *options, **settings)))
        self.tended.append(tended)
        return tended

    def tend(self) -> None:
        """Look after every worker."""
        for worker in self.tended:
            worker.tend()

    def data_dir(self, name: str) -> Path:
        """Where a worker keeps its state."""
        return self.folder / name

    def log(self, name: str) -> Path:
        return self.folder / f"{name}.log"

    def publish(self, lines: Sequence[bytes]) -> None:
        self.published += lines
        asyncio.run(self._publish(lines))

    async def _publish(self, lines: Sequence[bytes]) -> None:
        producer = new_producer(self.connection, "test")
        try:
            await producer.start()
            publisher = Publisher(producer, Settings().partitions, lambda _: None)
            await publisher.publish(Line("test", number, line) for number, line in enumerate(lines, 1))
        finally:
            await producer.stop()  # one that could not start is to be closed too

    def done(self) -> int:
        """Records that all stages have committed."""
        return sum(asyncio.run(self._look(self._topics())).commits.values())

    def wait_until_stored(self) -> None:
        """Until the store has all that follows from what was published until now."""
        topics = self._topics()
        cut = Cut(topics)

        def stored() -> bool:
            self.tend()
            progress = cut.advance(asyncio.run(self._look(topics)))
            read = self._positions()
            return progress.passed and all(read.get(log, 0) >= end for log, end in progress.outputs.items())

        try:
            until(stored, "stored", PATIENCE_S, LOOK_S)
        except AssertionError as stuck:
            logs = (f"{log.name}:\n{log.read_text()[-2_000:]}" for log in self.folder.glob("*.log"))
            raise AssertionError("\n".join([str(stuck), *logs])) from stuck

    def _topics(self) -> Topics:
        return asyncio.run(self.topics())

    def _positions(self) -> Positions:
        """Where the store reads on."""
        with closing(SqlSink(self.database)) as sink:
            return sink.positions()

    async def _look(self, topics: Topics) -> Look:
        async with Drain(self.connection, topics) as drain:
            return await drain.look()

    async def topics(self) -> Topics:
        """Those of the stream that the store follows."""
        with closing(SqlSink(self.database)) as sink:
            stream = await existing_stream(self.connection, sink, Settings(), self.database)
        return stream.context.topics

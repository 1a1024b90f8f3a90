"""A store and its stream on a broker, opened; a new stream is fed the store's archive."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from models.settings import Settings
from sambung.broker.embedded import embedded_broker, watched
from sambung.connecting import for_embedded, to_embedded
from sambung.following import Stream, durability_of, open_or_create_stream
from sambung.lines import Line
from sambung.replay.pipeline import Pipeline, WorkerProcess
from sambung.replay.publish import Publisher
from sambung.stores.store_lock import StoreLock, store_lock
from sambung.terminal.progress import Reporter
from sinks.sql import SqlSink
from streams.engine.kafka.connection import Connection
from streams.stages import NAMES
from streams.topics import provision

EMBEDDED_SESSION_S = 2.0
"""Session timeout on the embedded broker, where joining a group takes half of it."""
TOPICS_S = 60.0
"""Timeout for looking up the topics and creating missing ones."""


class RunOptions(NamedTuple):
    database: str
    connection: Connection | None
    """None starts an embedded broker."""
    settings: Settings
    verbose: bool = False
    """Show what the worker process logs when nothing is wrong."""
    anew: bool = False
    """Create a new stream even if the store follows one."""
    compact: bool = False
    """Let an embedded broker keep in memory as little as possible."""

    def worker_options(self) -> list[str]:
        """Options of the worker process besides broker, store and settings."""
        embedded = ["--embedded", *["--compact"] * self.compact]
        return embedded * (self.connection is None) + ["--quiet"] * (not self.verbose)


@dataclass(frozen=True, slots=True)
class Run:
    """A store and its stream on a broker."""

    options: RunOptions
    connection: Connection
    session_timeout_s: float
    sink: SqlSink
    lock: StoreLock
    stream: Stream
    created: list[str]
    """Topics."""
    report: Reporter


@asynccontextmanager
async def open_run(options: RunOptions, report: Reporter) -> AsyncIterator[Run]:
    async with AsyncExitStack() as stack:
        sink = stack.enter_context(closing(SqlSink(options.database)))
        lock = stack.enter_context(store_lock(options.database))
        connection, settings = options.connection, options.settings
        session_s = settings.session_timeout_s
        if connection is None:
            embedded = stack.enter_context(embedded_broker())
            await stack.enter_async_context(watched(embedded))
            connection, settings = (
                to_embedded(embedded.address, compact=options.compact),
                for_embedded(settings),
            )
            session_s = EMBEDDED_SESSION_S
        stream = await open_or_create_stream(connection, sink, settings, lock, anew=options.anew)
        async with asyncio.timeout(TOPICS_S):
            created = await provision.create(
                connection, stream.context.topics, NAMES, durability_of(settings)
            )
        yield Run(options, connection, session_s, sink, lock, stream, created, report)


@asynccontextmanager
async def pipeline_of(
    run: Run, data_dir: Path | None = None, new_worker: Callable[..., WorkerProcess] = WorkerProcess
) -> AsyncIterator[Pipeline]:
    """Running; without a folder of the state it is a temporary one."""
    with _folder(data_dir) as folder:
        options = run.options
        worker = new_worker(
            run.connection.bootstrap,
            options.database,
            folder,
            run.session_timeout_s,
            options.worker_options(),
        )
        pipeline = Pipeline(run.connection, run.sink, run.stream.context, worker, options.settings.patience_s)
        async with pipeline:
            yield pipeline


@contextmanager
def _folder(named: Path | None) -> Iterator[Path]:
    if named is not None:
        yield named
        return
    with tempfile.TemporaryDirectory(prefix="sambung-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


async def feed_archive(run: Run, pipeline: Pipeline) -> int:
    """Feed the archive to a new stream; the tables stay unchanged until all of it is processed.

    Returns the number of its events.
    """
    if not run.stream.unfed:
        return 0
    bodies = (Line("archive", number, body) for number, body in enumerate(run.sink.archive(), start=1))
    publisher = Publisher(pipeline.producer, run.options.settings.partitions, run.report.sent)
    fed: list[int] = []

    async def publish() -> None:
        fed.append(await publisher.publish(bodies))

    with run.report.phase("reading what the store knows"):
        await pipeline.rebuild(publish, run.lock.guard_sink(run.sink), run.report.folded)
    run.lock.share()
    return fed[0]

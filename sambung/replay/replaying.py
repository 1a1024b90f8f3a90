"""One run of the pipeline around one store: feed its archive if needed, feed files, wait for the results."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import NamedTuple

from models.settings import Settings
from sambung.broker.embedded import embedded_broker, watched
from sambung.connecting import for_embedded
from sambung.following import Stream, durability_of, existing_stream, open_or_create_stream
from sambung.replay.own_refusals import OwnRefusals
from sambung.replay.pipeline import Pipeline, WorkerProcess
from sambung.replay.publish import Line, Lines, Publisher
from sambung.replay.summary import Summary
from sambung.stores.store_lock import StoreLock, store_lock
from sambung.terminal.progress import Reporter
from sinks.sql import SqlSink
from streams.engine.kafka.connection import Connection
from streams.engine.kafka.sending import send
from streams.engine.records import Records
from streams.stages import NAMES
from streams.topics import provision

EMBEDDED_SESSION_S = 2.0
"""Session timeout on the embedded broker, where joining a group takes half of it."""
TOPICS_S = 60.0
"""Timeout for looking up the topics and creating missing ones."""


class ReplayOptions(NamedTuple):
    database: str
    connection: Connection | None
    """None starts an embedded broker."""
    settings: Settings
    verbose: bool = False
    """Show what the worker process logs when nothing is wrong."""
    anew: bool = False
    """Create a new stream even if the store follows one."""

    def worker_options(self) -> list[str]:
        """Options of the worker process besides broker, store and settings."""
        return ["--embedded"] * (self.connection is None) + ["--quiet"] * (not self.verbose)


class CreateResult(NamedTuple):
    """Result of `create_stream`."""

    created: list[str]
    """Topics."""
    known_before: int
    """Events of the store's archive that were fed to the stream."""


@dataclass(frozen=True, slots=True)
class _Run:
    """A store and its stream on a broker."""

    options: ReplayOptions
    connection: Connection
    session_timeout_s: float
    sink: SqlSink
    lock: StoreLock
    stream: Stream
    created: list[str]
    report: Reporter


async def replay(files: Sequence[str], options: ReplayOptions, report: Reporter) -> Summary:
    """Read the files into the store. A damaged file is read up to the damage, then Failed is raised."""
    started = monotonic()
    async with _open_run(options, report) as run:
        refusals = OwnRefusals()
        async with _pipeline(run) as pipeline:
            known_before = await _feed_archive(run, pipeline)
            lines = await _feed_files(run, pipeline, files, refusals)
        stored = run.sink.summary()
        return Summary(
            lines,
            known_before,
            refusals.by_reason(),
            stored.active_workers,
            stored.active_companies,
            monotonic() - started,
        )


async def resend(records: Records, options: ReplayOptions, report: Reporter) -> None:
    """Send records to public topics again, and wait until all their results are stored."""
    async with _open_run(options, report) as run, _pipeline(run) as pipeline:
        await _feed_archive(run, pipeline)
        async with _feeding(run, pipeline, "sending again"):
            await send(pipeline.producer, records)
            report.sent(sum(map(len, records.values())))


async def create_stream(options: ReplayOptions, report: Reporter) -> CreateResult:
    """Create the topics; feed a new stream the store's archive."""
    async with _open_run(options, report) as run:
        if not run.stream.unfed:
            return CreateResult(run.created, 0)
        async with _pipeline(run) as pipeline:
            return CreateResult(run.created, await _feed_archive(run, pipeline))


async def check(database: str, connection: Connection, settings: Settings) -> None:
    """Raises Failed or TopicsError unless the store has a stream on the broker, with all its topics."""
    with closing(SqlSink(database)) as sink:
        stream = await existing_stream(connection, sink, settings, database)
    async with asyncio.timeout(TOPICS_S):
        await provision.check(connection, stream.context.topics, NAMES, durability_of(settings))


@asynccontextmanager
async def _open_run(options: ReplayOptions, report: Reporter) -> AsyncIterator[_Run]:
    async with AsyncExitStack() as stack:
        sink = stack.enter_context(closing(SqlSink(options.database)))
        lock = stack.enter_context(store_lock(options.database))
        connection, settings = options.connection, options.settings
        session_s = settings.session_timeout_s
        if connection is None:
            embedded = stack.enter_context(embedded_broker())
            await stack.enter_async_context(watched(embedded))
            connection, settings = Connection(embedded.address), for_embedded(settings)
            session_s = EMBEDDED_SESSION_S
        stream = await open_or_create_stream(connection, sink, settings, lock, anew=options.anew)
        async with asyncio.timeout(TOPICS_S):
            created = await provision.create(
                connection, stream.context.topics, NAMES, durability_of(settings)
            )
        yield _Run(options, connection, session_s, sink, lock, stream, created, report)


@asynccontextmanager
async def _pipeline(run: _Run) -> AsyncIterator[Pipeline]:
    with tempfile.TemporaryDirectory(prefix="sambung-", ignore_cleanup_errors=True) as data_dir:
        options = run.options
        worker = WorkerProcess(
            run.connection.bootstrap,
            options.database,
            Path(data_dir),
            run.session_timeout_s,
            options.worker_options(),
        )
        pipeline = Pipeline(run.connection, run.sink, run.stream.context, worker, options.settings.patience_s)
        async with pipeline:
            yield pipeline


@asynccontextmanager
async def _feeding(
    run: _Run, pipeline: Pipeline, what: str, refusals: OwnRefusals | None = None
) -> AsyncIterator[None]:
    """Deliver the results of what is published in this context; ends when they are stored."""
    take = (refusals or OwnRefusals()).collecting(run.lock.guarded(run.sink.apply))
    with run.report.phase(what):
        async with pipeline.delivering(take):
            yield
            await pipeline.drained(run.report.folded)


async def _feed_archive(run: _Run, pipeline: Pipeline) -> int:
    """Feed the archive to a new stream; the tables stay unchanged until all of it is processed."""
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


async def _feed_files(run: _Run, pipeline: Pipeline, files: Sequence[str], refusals: OwnRefusals) -> int:
    lines = Lines(files)
    publisher = Publisher(pipeline.producer, run.options.settings.partitions, run.report.sent, refusals)
    async with _feeding(run, pipeline, "reading " + lines.named, refusals):
        published = await publisher.publish(lines)
    if lines.damage is not None:
        raise lines.damage
    return published

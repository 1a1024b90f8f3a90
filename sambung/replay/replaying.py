"""One run of the pipeline around one store: feed its archive if needed, feed files, wait for the results."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, closing
from time import monotonic
from typing import NamedTuple

from models.settings import Settings
from sambung.following import durability_of, existing_stream
from sambung.lines import Lines
from sambung.replay.own_refusals import OwnRefusals
from sambung.replay.pipeline import Pipeline
from sambung.replay.publish import Publisher
from sambung.replay.running import TOPICS_S, Run, RunOptions, feed_archive, open_run, pipeline_of
from sambung.replay.summary import Summary
from sambung.terminal.progress import Reporter
from sinks.sql import SqlSink
from streams.engine.kafka.connection import Connection
from streams.engine.kafka.sending import send
from streams.engine.records import Records
from streams.stages import NAMES
from streams.topics import provision


class CreateResult(NamedTuple):
    """Result of `create_stream`."""

    created: list[str]
    """Topics."""
    known_before: int
    """Events of the store's archive that were fed to the stream."""


async def replay(files: Sequence[str], options: RunOptions, report: Reporter) -> Summary:
    """Read the files into the store. A damaged file is read up to the damage, then Failed is raised."""
    started = monotonic()
    async with open_run(options, report) as run:
        refusals = OwnRefusals()
        async with pipeline_of(run) as pipeline:
            known_before = await feed_archive(run, pipeline)
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


async def resend(records: Records, options: RunOptions, report: Reporter) -> None:
    """Send records to public topics again, and wait until all their results are stored."""
    async with open_run(options, report) as run, pipeline_of(run) as pipeline:
        await feed_archive(run, pipeline)
        async with _feeding(run, pipeline, "sending again"):
            await send(pipeline.producer, records)
            report.sent(sum(map(len, records.values())))


async def create_stream(options: RunOptions, report: Reporter) -> CreateResult:
    """Create the topics; feed a new stream the store's archive."""
    async with open_run(options, report) as run:
        if not run.stream.unfed:
            return CreateResult(run.created, 0)
        async with pipeline_of(run) as pipeline:
            return CreateResult(run.created, await feed_archive(run, pipeline))


async def check(database: str, connection: Connection, settings: Settings) -> None:
    """Raises Failed or TopicsError unless the store has a stream on the broker, with all its topics."""
    with closing(SqlSink(database)) as sink:
        stream = await existing_stream(connection, sink, settings, database)
    async with asyncio.timeout(TOPICS_S):
        await provision.check(connection, stream.context.topics, NAMES, durability_of(settings))


@asynccontextmanager
async def _feeding(
    run: Run, pipeline: Pipeline, what: str, refusals: OwnRefusals | None = None
) -> AsyncIterator[None]:
    """Deliver the results of what is published in this context; ends when they are stored."""
    take = (refusals or OwnRefusals()).collecting(run.lock.guarded(run.sink.apply))
    with run.report.phase(what):
        async with pipeline.delivering(take):
            yield
            await pipeline.drained(run.report.folded)


async def _feed_files(run: Run, pipeline: Pipeline, files: Sequence[str], refusals: OwnRefusals) -> int:
    lines = Lines(files)
    publisher = Publisher(pipeline.producer, run.options.settings.partitions, run.report.sent, refusals)
    async with _feeding(run, pipeline, "reading " + lines.named, refusals):
        published = await publisher.publish(lines)
    if lines.damage is not None:
        raise lines.damage
    return published

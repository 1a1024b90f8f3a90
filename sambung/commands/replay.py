"""`sambung replay`: events from files through the whole pipeline into the store."""

import asyncio
import tempfile
from collections.abc import Iterator
from contextlib import AsyncExitStack, ExitStack
from pathlib import Path
from time import monotonic
from typing import Annotated, NamedTuple

import msgspec
import typer
from sinks.sql import SqlSink

from models.settings import Settings
from sambung.broker import embedded_broker
from sambung.commands.options import AsJson, Broker, Database
from sambung.errors import told_plainly
from sambung.pipeline import Pipeline, Reference, cluster_id, now_us, origin_of, world_of
from sambung.progress import Reporter, reporter
from sambung.publish import Line, Published, Publisher, lines_of

EMBEDDED_SESSION_S = 2.0
"""Session time-out on the embedded broker: joining a group takes half of it there."""


class Summary(NamedTuple):
    """What a replay did."""

    published: Published
    archived: int
    """Events that the store knew before and that were fed first."""
    rejected: int
    """Refused records that the store keeps, of this replay and of earlier ones."""
    workers: int
    companies: int
    """Active members in the store."""
    seconds: float


def replay(
    files: Annotated[
        list[str],
        typer.Argument(
            metavar="FILE...", help="Events, one JSON object a line; .gz too; - is standard input."
        ),
    ],
    database: Database,
    broker: Broker = None,
    as_json: AsJson = False,
) -> None:
    """Read events, run the whole pipeline until nothing is left, write the tables, print a summary.

    Lines that are refused are counted and kept. Runs into one store add up, and a line that is sent again
    changes nothing.
    """
    for file in files:
        if file != "-" and not Path(file).is_file():
            raise typer.BadParameter(f"there is no file {file}")
    with told_plainly(database, broker or "(embedded)"):
        summary = asyncio.run(_replay(files, database, broker, Settings()))
    if as_json:
        typer.echo(msgspec.json.encode(summary._asdict() | {"published": summary.published._asdict()}))
    else:
        _print(summary, database)


async def _replay(files: list[str], database: str, broker: str | None, settings: Settings) -> Summary:
    started = monotonic()
    reference = Reference.load(settings)
    with ExitStack() as stack:
        sink = SqlSink(database)
        stack.callback(sink.close)
        session_s = settings.session_timeout_s
        if broker is None:
            broker = stack.enter_context(embedded_broker()).address
            session_s = EMBEDDED_SESSION_S
        data_dir = Path(
            stack.enter_context(tempfile.TemporaryDirectory(prefix="sambung-", ignore_cleanup_errors=True))
        )
        report = stack.enter_context(reporter())
        origin = origin_of(await cluster_id(broker), settings, reference)
        known = sink.current_generation()
        fresh = known is None or known.origin != origin or known.settled_us is None
        number = sink.open_generation(origin, now_us()) if fresh or known is None else known.number
        world = world_of(number, settings, reference)
        pipeline = Pipeline(
            broker, database, sink, world=world, session_timeout_s=session_s, data_dir=data_dir
        )
        async with AsyncExitStack() as running:
            await running.enter_async_context(pipeline)
            archived = await _feed_archive(pipeline, sink, settings.partitions, report) if fresh else 0
            published = await _feed_files(pipeline, sink, files, settings.partitions, report)
        counts = sink.counts()
        return Summary(
            published, archived, counts.rejected, counts.workers, counts.companies, monotonic() - started
        )


async def _feed_archive(pipeline: Pipeline, sink: SqlSink, partitions: int, report: Reporter) -> int:
    """Give a fresh broker all that the store knows; the tables stay as they were until that is through."""
    bodies = (Line("archive", number, body) for number, body in enumerate(sink.archive(), start=1))
    first = next(bodies, None)
    if first is None:
        return 0
    report.phase("reading what the store knows")
    publisher = Publisher(pipeline.producer, partitions, report.sent)
    published: list[Published] = []

    async def publish() -> None:
        published.append(await publisher.publish(_chained(first, bodies)))

    await pipeline.rebuild(publish, report.folded)
    return published[0].lines


def _chained(first: Line, rest: Iterator[Line]) -> Iterator[Line]:
    yield first
    yield from rest


async def _feed_files(
    pipeline: Pipeline, sink: SqlSink, files: list[str], partitions: int, report: Reporter
) -> Published:
    report.phase("reading " + ", ".join(files))
    publisher = Publisher(pipeline.producer, partitions, report.sent)
    async with pipeline.delivering(sink.apply):
        published = await publisher.publish(line for file in files for line in lines_of(file))
        await pipeline.drained(report.folded)
    return published


def _print(summary: Summary, database: str) -> None:
    published = summary.published
    typer.echo(f"{published.lines:,} lines read in {summary.seconds:.1f} s")
    if summary.archived:
        typer.echo(f"{summary.archived:,} events were known before and fed first")
    if published.refused:
        typer.echo(f"{published.refused:,} lines named no topic and were refused at once")
    typer.echo(f"{summary.rejected:,} refused records are kept in the table rejected")
    typer.echo(
        f"{summary.workers:,} workers and {summary.companies:,} companies are active members in {database}"
    )

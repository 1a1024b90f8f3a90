"""The stream of office mode, a process: a new broker and a worker, the archive, then the journal."""

import asyncio
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from time import monotonic

import structlog

from api.journal.reader import JournalDamage, OnDamage
from models.settings import Settings
from sambung.causes import explain_library_error
from sambung.office.feeding import Feeder, Ports
from sambung.office.folder import OfficeFolder
from sambung.office.states import Counting, Damaged, Rebuilding, State
from sambung.office.tended_worker import TendedWorker
from sambung.office.words import AFTER_DAMAGE
from sambung.replay.pipeline import Pipeline
from sambung.replay.running import Run, RunOptions, feed_archive, open_run, pipeline_of
from sambung.stores.office_size import advice, is_tight
from sambung.terminal.exits import Exit, Failed
from sambung.terminal.progress import StageProgress
from sambung.worker.store_writer import StoreWriter
from sinks.base import Batch
from streams.engine.kafka.sending import send

log = structlog.get_logger()

Tell = Callable[[State], None]


class Silent:
    """A `sambung.terminal.progress.Reporter` for a process without a terminal."""

    @contextmanager
    def phase(self, what: str) -> Iterator[None]:
        log.info("phase", what=what)
        yield

    def sent(self, lines: int) -> None: ...

    def folded(self, progress: StageProgress) -> None: ...


async def serve(folder: OfficeFolder, settings: Settings, tell: Tell, *, leave_out_damaged: bool) -> None:
    """Never returns. Raises Failed, and errors of broker, worker and store."""
    began = monotonic()
    shutil.rmtree(folder.state, ignore_errors=True)  # of an earlier broker
    folder.state.mkdir()  # and TMPDIR: nothing is left elsewhere when all are killed
    options = RunOptions(folder.url, None, settings, verbose=True, compact=True)
    on_damage = _on_damage(tell, leave_out=leave_out_damaged)
    async with (
        open_run(options, Silent()) as run,
        pipeline_of(run, folder.state / "worker", TendedWorker) as pipeline,
    ):
        if run.stream.unfed:
            tell(Rebuilding())
        known = await feed_archive(run, pipeline)
        advised = advice(known) if is_tight(known) else ""
        tell(Counting(known, round(monotonic() - began, 1), advised))
        await _count(folder, run, pipeline, on_damage)


async def _count(folder: OfficeFolder, run: Run, pipeline: Pipeline, on_damage: OnDamage) -> None:
    describe = partial(_described, run)
    writer = StoreWriter(pipeline.delivery, run.lock.guarded(run.sink.apply), lambda _: None, describe)
    generation = run.stream.context.generation
    ports = Ports(
        run.options.settings.partitions,
        partial(send, pipeline.producer),
        lambda values: writer.put(Batch(generation, rejected=values)),
        lambda: pipeline.drained(lambda _: None),
    )
    feeder = Feeder(folder.journal, ports, on_damage)
    async with asyncio.TaskGroup() as group:
        group.create_task(writer.run())
        group.create_task(feeder.run())


def _on_damage(tell: Tell, *, leave_out: bool) -> OnDamage:
    def on_damage(damage: JournalDamage) -> None:
        if not leave_out:
            raise Failed(Exit.WRONG_USE, f"{damage} {AFTER_DAMAGE}") from damage
        tell(Damaged(str(damage)))

    return on_damage


def _described(run: Run, error: Exception) -> str:
    foreseen = explain_library_error(error, run.options.database, run.connection.bootstrap)
    return type(error).__name__ if foreseen is None else foreseen[1]

"""Cost of each stage: the six folds over a season in one process, without Kafka and disk.

Lines arrive in rounds, as from a broker with a backlog; each round goes through all stages, each of which
folds its topic's records and makes a checkpoint. Times are CPU times of this process.
"""

import asyncio
import gc
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from statistics import median

from bench.figures import Table, many
from bench.memory import PARTITIONS, Logs
from bench.season import season_file
from bench.work import Work
from models.intake.judging import topic_of_line
from models.intake.refusal import Refusal
from models.places import Places
from models.rules import Rules
from sambung.lines import lines_of
from sambung.replay.publish import event_key
from streams.app import GC_THRESHOLDS
from streams.engine.kafka.sending import partition_of
from streams.engine.records import Records
from streams.stages import STAGES, StageContext
from streams.topics.names import Topics

ROUND_LINES = 5_000
RUNS_IN_FULL = 3


def measure(*, full: bool) -> Table:
    with season_file() as file:
        runs = [run_stages(file)[0] for _ in range(RUNS_IN_FULL if full else 1)]
    rows = [_row([run[number] for run in runs]) for number in range(len(STAGES))]
    lines = sum(work.records_in for work in runs[0][:3])
    seconds = median([sum(work.fold_s + work.checkpoint_s for work in run) for run in runs])
    total = (
        "all six, an event that came in",
        many(lines),
        "",
        many(seconds * 1e6 / lines),
        "",
        "",
        many(lines / seconds),
    )
    head = ("", "records in", "µs to fold", "µs in all", "records out", "rows written", "in/s")
    return Table("stages", head, [*rows, total])


def run_stages(file: Path) -> tuple[list[Work], Logs]:
    """Every line of a file through all six stages."""
    return asyncio.run(_through_all(file))


async def _through_all(file: Path) -> tuple[list[Work], Logs]:
    context = StageContext(Topics("bench", PARTITIONS), Places.load(None), Rules.load(None), generation=1)
    logs = Logs()
    stages = [Work(stage(context), logs) for stage in STAGES.values()]
    with _gc_as_in_a_worker():
        for records in _rounds(file):
            logs.append(records)
            for stage in stages:
                await stage.take_round()
    return stages, logs


@contextmanager
def _gc_as_in_a_worker() -> Iterator[None]:
    before = gc.get_threshold()
    gc.collect()
    gc.freeze()
    gc.set_threshold(*GC_THRESHOLDS)
    yield
    gc.set_threshold(*before)
    gc.unfreeze()


def _rounds(file: Path) -> Iterator[Records]:
    lines = (line.text for line in lines_of(str(file)))
    while some := list(islice(lines, ROUND_LINES)):
        records: Records = {}
        for text in some:
            topic = topic_of_line(text)
            if not isinstance(topic, Refusal):
                key = event_key(text)
                records.setdefault((topic, partition_of(key, PARTITIONS)), []).append((key, text, ()))
        yield records


def _row(runs: list[Work]) -> tuple[str, ...]:
    first = runs[0]
    taken = first.records_in
    fold_s = median([work.fold_s for work in runs])
    all_s = median([work.fold_s + work.checkpoint_s for work in runs])
    return (
        first.name,
        many(taken),
        many(fold_s * 1e6 / taken),
        many(all_s * 1e6 / taken),
        f"{first.records_out / taken:.2f}",
        f"{first.rows_written / taken:.2f}",
        many(taken / all_s),
    )

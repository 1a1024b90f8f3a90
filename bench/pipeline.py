"""The whole pipeline with SQL: a season on the broker, processed by 1 and 2 workers into each kind of store.

The clock starts when the first worker has its partitions and ends when every event is processed and stored.
A time counts only if the tables equal those of one `sambung replay`, and the audit finds nothing.
"""

import asyncio
import tempfile
from contextlib import ExitStack, closing
from pathlib import Path
from statistics import median
from time import monotonic
from typing import NamedTuple

from bench.broker import JAVA_THAT_COMPILES_ONCE, broker
from bench.figures import Table, middle
from bench.processes import Cost, Watch
from bench.season import season_file
from bench.stores import NAMES, stores
from bench.stream import LOOK_S, PATIENCE_S, Stream
from sinks.sql import SqlSink
from streams.drain import Cut
from tests.end_to_end.runs import sambung
from tests.oracle.compare import difference, rows_of
from tests.oracle.tables import Tables

ROUNDS_IN_FULL = 3
QUICK_LINES = 10_000
WORKERS = (1, 2)
TOGETHER = {"group_initial_rebalance_delay_ms": "3000"}
"""Kafka's default, which tests shorten: workers that start together join together."""


class Run(NamedTuple):
    events_per_s: float
    workers: Cost
    """Of all workers together, with the sink process."""


def measure(*, full: bool) -> Table:
    with season_file() as file, stores(file.parent) as new_store:
        lines = file.read_bytes().splitlines(keepends=True)[: None if full else QUICK_LINES]
        file.write_bytes(b"".join(lines))
        reference = _replayed(file)
        runs: dict[tuple[str, int], list[Run]] = {}
        for _ in range(ROUNDS_IN_FULL if full else 1):
            for kind in new_store:
                for workers in WORKERS:
                    with broker(JAVA_THAT_COMPILES_ONCE, **TOGETHER) as one:
                        run = _run(Target(one.address, new_store[kind]()), lines, workers, reference)
                        runs.setdefault((kind, workers), []).append(run)
    rows = [_row(kind, workers, runs[kind, workers]) for kind, workers in runs]
    head = ("store", "workers", "input events/s", "workers' CPU s", "workers' peak MB")
    remarks = [f"{one.words} {len(lines):,} lines. All tables were those of one replay, every audit clean."]
    return Table("pipeline", head, rows, remarks)


class Target(NamedTuple):
    address: str
    database: str


def _row(kind: str, workers: int, runs: list[Run]) -> tuple[str, ...]:
    return (
        NAMES[kind],
        str(workers),
        middle([run.events_per_s for run in runs]),
        f"{median([run.workers.cpu_s for run in runs]):.1f}",
        f"{median([run.workers.peak_mb for run in runs]):.0f}",
    )


def _replayed(file: Path) -> Tables:
    store = file.parent / "reference.db"
    done = sambung("replay", str(file), "--database", f"sqlite:///{store}")
    if done.returncode:
        raise RuntimeError(done.stderr)
    return rows_of(store)


def _run(target: Target, lines: list[bytes], workers: int, reference: Tables) -> Run:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="sambung-bench-")))
        stream = Stream(target.address, folder, target.database)
        stream.publish(line.rstrip(b"\n") for line in lines)
        watch = stack.enter_context(Watch())
        names = [f"worker-{number}" for number in range(1, workers + 1)]
        for name in names:
            stack.enter_context(stream.worker(name, *(["--no-sink"] if name != names[0] else [])))
        stream.wait_until_joined(*names)
        began = monotonic()
        seconds = asyncio.run(_stored_at(stream)) - began
    _check(target.database, reference)
    return Run(len(lines) / seconds, watch.of("worker", "sink"))


async def _stored_at(stream: Stream) -> float:
    """Return `monotonic()` when everything is processed and stored, at most LOOK_S too late."""
    deadline = monotonic() + PATIENCE_S
    cut = Cut(await stream.topics())
    with closing(SqlSink(stream.database)) as sink:
        async with stream.drain() as drain:
            while monotonic() < deadline:
                progress = cut.advance(await drain.look())
                positions = sink.positions() if progress.passed else {}
                if progress.passed and all(
                    positions.get(log, 0) >= end for log, end in progress.outputs.items()
                ):
                    return monotonic()
                await asyncio.sleep(LOOK_S)
    raise TimeoutError(f"The stream was not through after {PATIENCE_S:.0f} s.")


def _check(database: str, reference: Tables) -> None:
    """Raises ValueError unless the store is right."""
    if differing := difference(reference, rows_of(database)):
        raise ValueError("The tables are not those of a replay:\n" + "\n".join(differing))
    audited = sambung("audit", "--database", database)
    if audited.returncode:
        raise ValueError(audited.stdout)

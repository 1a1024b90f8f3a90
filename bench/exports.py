"""Rows per second of `sambung export`, beside PostgreSQL's COPY of the same rows to CSV.

The view `credit_line_current` is exported from each kind of database: three lines per member, 18 columns.
COPY is asked by the same client for the same rows in the same order; `COPY as it lies` without an order.
"""

import resource
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import Any, NamedTuple

from bench.figures import Table, many, middle
from bench.store import LINES, ORIGIN, Members
from bench.stores import NAMES, stores
from reports.exports import Audience, source
from sambung.exporting.export import Asked, Format, export
from sinks.sql import SqlSink
from sinks.store import open_for_reading

TABLE = "credit_line_current"
MEMBERS_IN_FULL, ROUNDS_IN_FULL = 50_000, 3
MEMBERS_IN_SHORT = 10_000
COPIED = "PostgreSQL: COPY in the same order"

Way = tuple[str, Callable[[Path], int]]
"""Words for it, and a function that writes into a folder and returns the bytes."""


class Run(NamedTuple):
    seconds: float
    cpu_s: float
    """Of this process; the server's own is not in it."""
    written_bytes: int


def measure(*, full: bool) -> Table:
    members = MEMBERS_IN_FULL if full else MEMBERS_IN_SHORT
    runs: dict[str, list[Run]] = {}
    with TemporaryDirectory() as scratch, stores(Path(scratch)) as kinds:
        ways = [way for kind, new_url in kinds.items() for way in _ways(kind, _filled(new_url(), members))]
        for number in range(ROUNDS_IN_FULL if full else 1):
            for words, work in ways:
                folder = Path(scratch) / f"{words}-{number}"
                runs.setdefault(words, []).append(_run(partial(work, folder)))
    rows = LINES * members
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
    return Table(
        "exports",
        (f"{rows:,} rows", "rows/s", "rows/s of CPU time", "MB", "times COPY's time"),
        [_line(words, rows, of_way, runs.get(COPIED)) for words, of_way in runs.items()],
        [f"At most {many(peak_mb)} MB in memory."],
    )


def _line(words: str, rows: int, runs: list[Run], copied: list[Run] | None) -> tuple[str, ...]:
    seconds = [one.seconds for one in runs]
    ratio = f"{median(seconds) / median([one.seconds for one in copied]):.1f}" if copied else ""
    return (
        words,
        middle([rows / one for one in seconds]),
        many(rows / median([one.cpu_s for one in runs])),
        f"{runs[0].written_bytes / 1e6:.1f}",
        ratio,
    )


def _filled(url: str, number: int) -> str:
    sink = SqlSink(url)
    members = Members(number)
    members.change()
    for batch in members.batches(sink.open_generation(ORIGIN, 0)):
        sink.apply(batch)
    sink.close()
    return url


def _ways(kind: str, url: str) -> Iterator[Way]:
    for file_format in Format:
        yield f"{NAMES[kind]}: {file_format}", partial(_exported, url, file_format)
    if kind == "postgresql":
        yield COPIED, partial(_copied, url, ordered=True)
        yield "PostgreSQL: COPY as it lies", partial(_copied, url, ordered=False)


def _run(work: Callable[[], int]) -> Run:
    began, began_cpu = perf_counter(), process_time()
    written_bytes = work()
    return Run(perf_counter() - began, process_time() - began_cpu, written_bytes)


def _exported(url: str, file_format: Format, folder: Path) -> int:
    return sum(one.bytes for one in export(url, Asked((TABLE,), folder, file_format)).files)


def _copied(url: str, folder: Path, *, ordered: bool) -> int:
    file = folder.with_suffix(".csv")
    engine = open_for_reading(url)
    with engine.begin() as connection, file.open("wb") as opened:
        driver: Any = connection.connection.driver_connection
        query = source(connection, TABLE, Audience.READER).query
        wanted = query if ordered else query.order_by(None)
        sql = str(wanted.compile(connection, compile_kwargs={"literal_binds": True}))
        with (
            driver.cursor() as cursor,
            cursor.copy(f"COPY ({sql}) TO STDOUT (FORMAT csv, HEADER)") as out,
        ):
            for part in out:
                opened.write(part)
    engine.dispose()
    return file.stat().st_size

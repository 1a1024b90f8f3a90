"""The SQL sink against the database alone: a season's statements, and the rows that they become.

The sink decodes statements, reads stored rows, decides and writes. SQLite's `executemany` and PostgreSQL's
COPY write the same rows as ready tuples, into tables with the same indexes, in as many transactions and with
the same settings. (`store.py` measures more of the store, on generated statements.)
"""

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import NamedTuple

import psycopg

from bench.figures import Table, middle
from bench.season import season_file
from bench.stages import run_stages
from bench.stores import NAMES, stores
from sinks.base import Batch, Origin
from sinks.sql import SqlSink
from streams.delivery import BATCH_RECORDS
from streams.topics.names import CREDIT
from tests.stores import Rows, run

ROUNDS_IN_FULL = 3
TABLES = ("statement", "credit_line", "member")
SETTINGS = ("journal_mode = WAL", "synchronous = NORMAL", "cache_size = -65536")
"""As in sinks/store.py."""


class Times(NamedTuple):
    """Seconds, one per round."""

    sink: list[float]
    plain: list[float]


def measure(*, full: bool) -> Table:
    with season_file() as file, stores(file.parent) as new_store:
        batches = _batches(file)
        times = {kind: Times([], []) for kind in new_store}
        for _ in range(ROUNDS_IN_FULL if full else 1):
            for kind, url in ((kind, make()) for kind, make in new_store.items()):
                times[kind].sink.append(_sink_seconds(url, batches))
                rows = {table: run(url, f"SELECT * FROM {table}") for table in TABLES}  # noqa: S608
                times[kind].plain.append(PLAIN[kind].seconds(url, rows, len(batches)))
    written = {table: len(found) for table, found in rows.items()}
    lines = [line for kind in times for line in _lines(kind, times[kind], written)]
    remark = f"{sum(map(len, batches)):,} statements of a season in {len(batches)} transactions, of which "
    remark += f"{written['statement']:,} said something new: {written['credit_line']:,} lines."
    return Table("sink", ("", "statements/s", "rows/s", "sink : this"), lines, [remark])


def _lines(kind: str, times: Times, written: dict[str, int]) -> list[tuple[str, ...]]:
    named = {f"{NAMES[kind]}: SqlSink": times.sink, f"{NAMES[kind]}: {PLAIN[kind].words}": times.plain}
    return [
        (
            words,
            middle([written["statement"] / one for one in seconds]),
            middle([sum(written.values()) / one for one in seconds]),
            f"{median(seconds) / median(times.sink):.2f}",
        )
        for words, seconds in named.items()
    ]


def _batches(file: Path) -> list[list[bytes]]:
    """The statements of a season, in delivery's batches."""
    _, logs = run_stages(file)
    statements = [record.value for record in logs.records(CREDIT)]
    starts = range(0, len(statements), BATCH_RECORDS)
    return [statements[start : start + BATCH_RECORDS] for start in starts]


def _sink_seconds(url: str, batches: Sequence[Sequence[bytes]]) -> float:
    with closing(SqlSink(url)) as sink:
        generation = sink.open_generation(Origin("bench", "0", 4, "", ""), 0)
        began = perf_counter()
        for batch in batches:
            sink.apply(Batch(generation, batch))
        return perf_counter() - began


def _executemany(url: str, rows: dict[str, Rows], transactions: int) -> float:
    """Write the rows of a store into a new one beside it."""
    store = Path(url.removeprefix("sqlite:///"))
    with closing(sqlite3.connect(store.with_suffix(".plain"), isolation_level=None)) as connection:
        for setting in SETTINGS:
            connection.execute(f"PRAGMA {setting}")
        for words in _definitions(store):
            connection.execute(words)
        began = perf_counter()
        for number in range(transactions):
            connection.execute("BEGIN IMMEDIATE")
            for table, all_rows in rows.items():
                marks = ", ".join("?" * len(all_rows[0]))
                insert = f"INSERT INTO {table} VALUES ({marks})"  # noqa: S608  not user input
                connection.executemany(insert, _part(all_rows, number, transactions))
            connection.execute("COMMIT")
        return perf_counter() - began


def _copy(url: str, rows: dict[str, Rows], transactions: int) -> float:
    """Write the rows of a store into another schema of its database."""
    with psycopg.connect(url, options="-c timezone=UTC") as connection:
        connection.execute("CREATE SCHEMA plain")
        for table in rows:
            connection.execute(f"CREATE TABLE plain.{table} (LIKE public.{table} INCLUDING ALL)")
        connection.commit()
        began = perf_counter()
        for number in range(transactions):
            for table, all_rows in rows.items():
                with connection.cursor().copy(f"COPY plain.{table} FROM STDIN") as copied:
                    for row in _part(all_rows, number, transactions):
                        copied.write_row(row)
            connection.commit()
        return perf_counter() - began


class Plain(NamedTuple):
    """A database without the sink."""

    words: str
    seconds: Callable[[str, dict[str, Rows], int], float]


PLAIN = {
    "sqlite": Plain("executemany of ready tuples", _executemany),
    "postgresql": Plain("COPY of ready tuples", _copy),
}


def _part(rows: Rows, number: int, parts: int) -> Rows:
    return rows[len(rows) * number // parts : len(rows) * (number + 1) // parts]


def _definitions(store: Path) -> list[str]:
    """SQL that creates the three tables and their indexes."""
    with closing(sqlite3.connect(store)) as connection:
        marks = ", ".join("?" * len(TABLES))
        query = f"SELECT sql FROM sqlite_master WHERE tbl_name IN ({marks}) AND sql IS NOT NULL"  # noqa: S608
        return [words for (words,) in connection.execute(f"{query} ORDER BY type DESC", TABLES)]

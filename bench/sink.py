"""The SQL sink against plain sqlite3: a season's statements, and the rows they become by `executemany`.

The sink decodes statements, reads what it holds, decides and writes; `executemany` gets ready tuples. Both
write the same tables with the same settings in as many transactions. (`store.py` measures more of the store,
on statements that are made up.)
"""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

from bench.figures import Table, middle
from bench.season import season_file
from bench.stages import run_stages
from sinks.base import Batch, Origin
from sinks.sql import SqlSink
from streams.delivery import BATCH_RECORDS
from streams.topics import CREDIT

ROUNDS_IN_FULL = 3
TABLES = ("statement", "credit_line", "member")
SETTINGS = ("journal_mode = WAL", "synchronous = NORMAL", "cache_size = -65536")
"""As sinks/store.py has them."""

Rows = list[tuple[Any, ...]]


def measure(*, full: bool) -> Table:
    with season_file() as file:
        batches = _batches(file)
        sink_s: list[float] = []
        plain_s: list[float] = []
        for number in range(ROUNDS_IN_FULL if full else 1):
            store = file.parent / f"{number}.db"
            sink_s.append(_sink_seconds(store, batches))
            plain_s.append(_plain_seconds(store, len(batches)))
        written = {name: len(found) for name, found in _rows(store).items()}
    rows = [
        _row("SqlSink", sink_s, sink_s, written),
        _row("sqlite3, executemany of ready tuples", plain_s, sink_s, written),
    ]
    statements = sum(map(len, batches))
    remark = f"{statements:,} statements of a season in {len(batches)} transactions, of which "
    remark += f"{written['statement']:,} said something new: {written['credit_line']:,} lines."
    return Table("sink", ("", "statements/s", "lines/s", "sink : this"), rows, [remark])


def _row(words: str, seconds: list[float], of_sink: list[float], written: dict[str, int]) -> tuple[str, ...]:
    return (
        words,
        middle([written["statement"] / one for one in seconds]),
        middle([written["credit_line"] / one for one in seconds]),
        f"{median(seconds) / median(of_sink):.2f}",
    )


def _batches(file: Path) -> list[list[bytes]]:
    """The statements of a season, as delivery cuts them."""
    _, logs = run_stages(file)
    statements = [record.value for record in logs.records(CREDIT)]
    starts = range(0, len(statements), BATCH_RECORDS)
    return [statements[start : start + BATCH_RECORDS] for start in starts]


def _sink_seconds(store: Path, batches: Sequence[Sequence[bytes]]) -> float:
    with closing(SqlSink(f"sqlite:///{store}")) as sink:
        generation = sink.open_generation(Origin("bench", "0", 4, "", ""), 0)
        began = perf_counter()
        for batch in batches:
            sink.apply(Batch(generation, batch))
        return perf_counter() - began


def _plain_seconds(store: Path, transactions: int) -> float:
    """Write the rows of a store into a new one beside it."""
    rows = _rows(store)
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
                insert = f"INSERT INTO {table} VALUES ({marks})"  # noqa: S608  our own names
                connection.executemany(insert, _part(all_rows, number, transactions))
            connection.execute("COMMIT")
        return perf_counter() - began


def _part(rows: Rows, number: int, parts: int) -> Rows:
    return rows[len(rows) * number // parts : len(rows) * (number + 1) // parts]


def _rows(store: Path) -> dict[str, Rows]:
    """By table, in key order, which for statements and lines is nearly the order of writing."""
    with closing(sqlite3.connect(store)) as connection:
        return {one: connection.execute(f"SELECT * FROM {one}").fetchall() for one in TABLES}  # noqa: S608


def _definitions(store: Path) -> list[str]:
    """What makes the three tables and their indexes."""
    with closing(sqlite3.connect(store)) as connection:
        marks = ", ".join("?" * len(TABLES))
        query = f"SELECT sql FROM sqlite_master WHERE tbl_name IN ({marks}) AND sql IS NOT NULL"  # noqa: S608
        return [words for (words,) in connection.execute(f"{query} ORDER BY type DESC", TABLES)]

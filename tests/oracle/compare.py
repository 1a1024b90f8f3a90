"""Reads the determined tables of a store and describes their differences from the expected ones."""

import sqlite3
from collections import Counter
from collections.abc import Callable
from os import PathLike
from typing import Any

from tests.oracle.tables import KEYS, UNDETERMINED, Table, Tables
from tests.stores import Rows, columns, opened, rows

MOST_PER_TABLE = 10


def rows_of(store: sqlite3.Connection | str | PathLike[str]) -> Tables:
    """The tables without `version`, `decided_at` and `batch`; a store by its URL, or the path of SQLite."""
    if isinstance(store, sqlite3.Connection):
        names = (_columns(store, name) for name in KEYS)
        return _tables(dict(zip(KEYS, names, strict=True)), lambda sql: store.execute(sql).fetchall())
    url = str(store) if "://" in str(store) else f"sqlite:///{store}"
    with opened(url) as connection:
        return _tables({name: columns(connection, name) for name in KEYS}, lambda sql: rows(connection, sql))


def _columns(store: sqlite3.Connection, name: str) -> list[str]:
    known = [row[1] for row in store.execute(f"PRAGMA table_info({name})")]
    if not known:
        raise LookupError(f"the store has no table or view {name}")
    return known


def _tables(named: dict[str, list[str]], read: Callable[[str], Rows]) -> Tables:
    tables = {}
    for name, every in named.items():
        determined = [column for column in every if column not in UNDETERMINED]
        quoted = ", ".join(f'"{column}"' for column in determined)
        tables[name] = Table.of(name, determined, read(f"SELECT {quoted} FROM {name}"))
    return tables


def difference(expected: Tables, actual: Tables) -> list[str]:
    """One sentence per difference, at most ten per table; empty when all tables are as expected."""
    differences: list[str] = []
    for name in actual:
        if expected[name].columns != actual[name].columns:
            differences.append(_columns_differ(expected[name], actual[name]))
        elif expected[name] != actual[name]:
            found = _rows_differ(expected[name], actual[name])
            differences += found[:MOST_PER_TABLE]
            if len(found) > MOST_PER_TABLE:
                differences.append(f"{name}: {len(found) - MOST_PER_TABLE} more rows differ")
    return differences


def _columns_differ(expected: Table, actual: Table) -> str:
    missing = sorted(set(expected.columns) - set(actual.columns))
    extra = sorted(set(actual.columns) - set(expected.columns))
    return f"{expected.name}: columns {missing} are missing, columns {extra} are too many"


def _rows_differ(expected: Table, actual: Table) -> list[str]:
    key = [expected.columns.index(column) for column in KEYS[expected.name]]

    def key_of(cells: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(cells[at] for at in key)

    wanted = {key_of(cells): expected.row(cells) for cells in expected.cells}
    found = {key_of(cells): actual.row(cells) for cells in actual.cells}
    times = Counter(map(key_of, actual.cells))
    differences = []
    for at in sorted(wanted.keys() | found.keys()):
        where = f"{expected.name} {'/'.join(map(str, at))}"
        if times[at] > 1:
            differences.append(f"{where}: is there {times[at]} times")
        if at not in found:
            differences.append(f"{where}: is missing, expected {wanted[at]}")
        elif at not in wanted:
            differences.append(f"{where}: should not be there, found {found[at]}")
        elif wanted[at] != found[at]:
            differences.append(f"{where}: {_cells_differ(wanted[at], found[at])}")
    return differences


def _cells_differ(wanted: dict[str, Any], found: dict[str, Any]) -> str:
    differing = [name for name in wanted if wanted[name] != found[name]]
    return ", ".join(f"{name} is {found[name]!r}, expected {wanted[name]!r}" for name in differing)

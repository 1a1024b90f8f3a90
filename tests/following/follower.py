"""A program of somebody else's that keeps a copy of the store: plain SQL, nothing of the project.

    python follower.py URL COPY.db [snapshot | tables | version]

`snapshot` reads all tables in one transaction that sees one state. `tables` reads each in a transaction of
its own, as dbt and most loading tools do. `version` takes `version` for the watermark where a table has it,
to show what that loses. The copy and the watermark change in one transaction, so the program may be killed
at any moment. It ends when its standard input does, after a last look.
"""

import json
import random
import select
import sqlite3
import sys
from datetime import UTC, datetime
from typing import Any, Final

KEYS: Final = {
    "member": ("member_id",),
    "statement": ("member_id", "version"),
    "live_count": ("campaign_id", "district", "month", "kind", "model"),
    "event": ("type", "event_id"),
    "outreach_event": ("event_id",),
    "inspection": ("event_id",),
    "rejected": (),
}
LINE_KEY: Final = ("version", "member_id", "line")
LINES: Final = "SELECT credit_line.* FROM credit_line JOIN statement USING (version, member_id) WHERE "
BY_VERSION: Final = ("member", "statement", "live_count")
"""Tables that have a version, which is no watermark."""


def connect(url: str, mode: str) -> Any:
    if url.startswith("sqlite:///"):
        return sqlite3.connect(url.removeprefix("sqlite:///"), timeout=20, isolation_level=None)
    import psycopg  # noqa: PLC0415  SQLite needs no driver

    isolation = "read committed" if mode == "tables" else "repeatable read"
    connection = psycopg.connect(url, autocommit=True)
    connection.execute(f"SET default_transaction_isolation = '{isolation}'")
    return connection


def follow(source: Any, copy: sqlite3.Connection, mode: str) -> None:
    """Take over all that changed since the last time."""
    copy.execute("CREATE TABLE IF NOT EXISTS watermark (name TEXT PRIMARY KEY, value INTEGER)")
    seen = dict(copy.execute("SELECT name, value FROM watermark").fetchall())
    copy.execute("BEGIN")
    if mode != "tables":
        source.execute("BEGIN")
    (newest,) = source.execute("SELECT max(batch) FROM batch").fetchone()
    new = f"batch > {seen.get('batch', -1)} AND batch <= {newest}"
    for table, key in source.execute(f'SELECT "table", key FROM removed WHERE {new}').fetchall():
        remove(copy, table, json.loads(key))
    for table, key in KEYS.items():
        by_version = mode == "version" and table in BY_VERSION
        wanted = f"version > {seen.get(table, -1)}" if by_version else new
        names, rows = read(source, f"SELECT * FROM {table} WHERE {wanted}")
        put(copy, table, key, names, rows)
        if by_version and rows:
            highest = max(row[names.index("version")] for row in rows)
            copy.execute("INSERT OR REPLACE INTO watermark VALUES (?, ?)", (table, highest))
    put(copy, "credit_line", LINE_KEY, *read(source, LINES + new))
    if mode != "tables":
        source.execute("COMMIT")
    copy.execute("INSERT OR REPLACE INTO watermark VALUES ('batch', ?)", (newest,))
    copy.execute("COMMIT")


def read(source: Any, query: str) -> tuple[list[str], list[Any]]:
    found = source.execute(query)
    return [one[0] for one in found.description], found.fetchall()


def remove(copy: sqlite3.Connection, table: str, key: list[Any]) -> None:
    if copy.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (table,)).fetchone():
        where = " AND ".join(f'"{name}" = ?' for name in KEYS[table])
        copy.execute(f"DELETE FROM {table} WHERE {where}", key)


def put(
    copy: sqlite3.Connection, table: str, key: tuple[str, ...], names: list[str], rows: list[Any]
) -> None:
    columns = ", ".join(f'"{name}"' for name in names)
    unique = f", PRIMARY KEY ({', '.join(key)})" if key else ""
    copy.execute(f"CREATE TABLE IF NOT EXISTS {table} ({columns}{unique})")
    places = ", ".join("?" for _ in names)
    copy.executemany(f"INSERT OR REPLACE INTO {table} VALUES ({places})", [plain(row) for row in rows])


def plain(row: tuple[Any, ...]) -> tuple[Any, ...]:
    """Instants as text, as SQLite has them."""
    return tuple(
        cell.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f") if isinstance(cell, datetime) else cell
        for cell in row
    )


def main(url: str, file: str, mode: str = "snapshot") -> None:
    source, copy = connect(url, mode), sqlite3.connect(file, isolation_level=None)
    while not select.select([sys.stdin], [], [], random.uniform(0, 0.05))[0]:
        follow(source, copy, mode)
    follow(source, copy, mode)


if __name__ == "__main__":
    main(*sys.argv[1:])

"""Copies of a store in SQLite, by its online backup: other programs write meanwhile and do not wait."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final, cast
from urllib.parse import quote

from sqlalchemy import Connection
from sqlalchemy.engine import URL

from sinks.base import StoreError, StoreUnavailable
from sinks.whole_file import whole_file

PAGES_A_STEP: Final = 4_096
"""16 MiB; Ctrl-C is heeded between two steps."""
_BESIDE: Final = ("-wal", "-shm", "-journal")
"""SQLite applies what is in such files to the database of their name, whichever it is."""


def back_up(connection: Connection, file: Path) -> None:
    """Raises StoreUnavailable."""
    # The connection's transaction holds its snapshot, so no writer makes the copy begin anew.
    source = cast("sqlite3.Connection", connection.connection.driver_connection)
    try:
        copy(source, file)
    except sqlite3.Error as problem:
        raise StoreUnavailable(f"The store cannot be copied to {file}: {problem}") from None


def revision_in(file: Path) -> str | None:
    """Raises StoreError."""
    try:
        with closing(_opened(file)) as source:
            named = "SELECT 1 FROM sqlite_master WHERE name = 'store_revision'"
            if source.execute(named).fetchone() is None:
                return None
            row = source.execute("SELECT version_num FROM store_revision").fetchone()
            return None if row is None else str(row[0])
    except sqlite3.Error as problem:
        raise damaged(file, problem) from None


@contextmanager
def restored(url: URL, file: Path) -> Iterator[URL]:
    """Raises StoreError."""
    with whole_file(Path(url.database or ""), _check_free) as partial:
        try:
            with closing(_opened(file)) as source:
                copy(source, partial)
        except sqlite3.OperationalError as problem:
            raise StoreUnavailable(f"{file} cannot be copied to {partial}: {problem}") from None
        except sqlite3.Error as problem:
            raise damaged(file, problem) from None
        _check_whole(file, partial)
        yield URL.create("sqlite", database=str(partial))


def copy(source: sqlite3.Connection, file: Path) -> None:
    """One file without others beside it, which can be read where nobody may write."""
    for suffix in _BESIDE:
        file.with_name(file.name + suffix).unlink(missing_ok=True)  # of one that was killed
    with closing(sqlite3.connect(file, isolation_level=None)) as target:
        target.execute("PRAGMA synchronous = OFF")  # it is synced once, at the end
        target.execute("PRAGMA journal_mode = OFF")
        source.backup(target, pages=PAGES_A_STEP)
        target.execute("PRAGMA journal_mode = DELETE")


def damaged(file: Path, problem: Exception) -> StoreError:
    return StoreError(
        f"{file} is damaged or cannot be read: {problem}. Nothing was restored; take another copy."
    )


def _opened(file: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{quote(str(file.absolute()))}?mode=ro", uri=True, isolation_level=None)


def _check_whole(file: Path, partial: Path) -> None:
    """Every page and every index, which an audit does not all read."""
    with closing(_opened(partial)) as source:
        try:
            (found,) = source.execute("PRAGMA integrity_check(1)").fetchone()
        except sqlite3.Error as problem:
            found = str(problem)
    if found != "ok":
        raise damaged(file, StoreError(str(found).replace("\n", " ")))


def _check_free(target: Path) -> None:
    if target.exists() and (not target.is_file() or target.stat().st_size > 0):
        raise StoreError(
            f"{target} is there already. A store is restored to a new file: name one, or move that one away."
        )
    check_nothing_beside(target)


def check_nothing_beside(target: Path) -> None:
    """Raises StoreError."""
    for suffix in _BESIDE:
        beside = target.with_name(target.name + suffix)
        if beside.exists():
            raise StoreError(
                f"{beside} is left of another database, and would change the one that is put beside it. Move "
                "it away first."
            )

"""The journal of office mode in a copy of its store: a table, which only copies have."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import IO, Final, NamedTuple

from api.journal.segments import SETTLED, journal_beside, segments, sync_folder
from sinks.whole_file import sync

TABLE: Final = "journal_segment"
_CREATE: Final = f"CREATE TABLE {TABLE} (name TEXT PRIMARY KEY, content BLOB NOT NULL)"


class Part(NamedTuple):
    """A segment as it was when the copy was begun."""

    name: str
    file: IO[bytes]
    size: int


@contextmanager
def journal_of(store: Path) -> Iterator[list[Part]]:
    """The segments beside a store, opened: one that is settled and deleted meanwhile can still be read.

    To be called before the store is read: what is settled between the two is in the store.
    """
    with ExitStack() as stack:
        parts: list[Part] = []
        for segment in segments(journal_beside(store)):
            try:
                file = stack.enter_context(segment.path.open("rb"))
            except FileNotFoundError:  # settled since it was listed
                continue
            parts.append(Part(segment.path.name, file, os.fstat(file.fileno()).st_size))
        yield parts


def put_into(copy: Path, parts: list[Part]) -> int:
    """Returns the bytes of the journal that the copy has."""
    if not parts:
        return 0
    with closing(sqlite3.connect(copy)) as connection, connection:
        connection.execute(_CREATE)
        for part in parts:
            connection.execute(f"INSERT INTO {TABLE} VALUES (?, ?)", (part.name, part.file.read(part.size)))  # noqa: S608  own table
    return sum(part.size for part in parts)


def take_out(copy: Path, store: Path) -> int:
    """Make the journal in a copy files beside the store, on the disk; returns their bytes.

    A journal that is there is kept: its events may be later than the copy. The position settled is forgotten,
    since it was that of another store.
    """
    with closing(sqlite3.connect(copy)) as connection, connection:
        if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (TABLE,)).fetchone():
            return 0
        folder = journal_beside(store)
        folder.mkdir(parents=True, exist_ok=True)
        written = sum(
            _write(folder / Path(name).name, content)
            for name, content in connection.execute(f"SELECT name, content FROM {TABLE} ORDER BY name")  # noqa: S608  own table
        )
        (folder / SETTLED).unlink(missing_ok=True)
        sync_folder(folder)
        connection.execute(f"DROP TABLE {TABLE}")
    return written


def _write(path: Path, content: bytes) -> int:
    if not path.exists() or path.stat().st_size < len(content):
        path.write_bytes(content)
        path.chmod(0o600)
        sync(path)
    return len(content)

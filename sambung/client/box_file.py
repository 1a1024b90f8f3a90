"""The file of an outbox: SQLite, readable by its owner only, on the disk before a call returns."""

import os
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

_FORMAT: Final = 1
_PATIENCE_S: Final = 30.0
"""How long a statement waits for another process's transaction, which takes milliseconds."""
_TABLES: Final = (
    """CREATE TABLE kept (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        type TEXT, event_id TEXT, revision INTEGER NOT NULL, digest BLOB NOT NULL, mark INTEGER NOT NULL,
        body BLOB NOT NULL, origin TEXT NOT NULL, tries INTEGER NOT NULL DEFAULT 0,
        reason TEXT, messages TEXT
    )""",
    "CREATE INDEX kept_event ON kept (event_id)",
    "CREATE INDEX kept_digest ON kept (digest)",
    "CREATE INDEX kept_turn ON kept (tries, id) WHERE reason IS NULL",
    """CREATE TABLE accepted (
        type TEXT NOT NULL, event_id TEXT NOT NULL, revision INTEGER NOT NULL, digest BLOB NOT NULL,
        mark INTEGER NOT NULL, PRIMARY KEY (event_id, type, revision, digest, mark)
    ) WITHOUT ROWID""",
    "CREATE TABLE note (name TEXT PRIMARY KEY, value) WITHOUT ROWID",
)
"""`kept` waits to be sent or, with a reason, lies aside; `accepted` is at the gateway, and has no content."""


class OutboxError(Exception):
    """The file cannot be used as an outbox; the text says why."""


def open_box(path: Path) -> sqlite3.Connection:
    """Open the outbox, which is made if it is missing. Raises OutboxError."""
    try:
        _make_private(path)
        connection = sqlite3.connect(path, _PATIENCE_S, isolation_level=None, check_same_thread=False)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA secure_delete = ON")
        connection.execute("PRAGMA temp_store = MEMORY")  # no national id in a temporary file
        with transaction(connection):
            _make_tables(connection, path)
    except (sqlite3.Error, OSError) as error:
        raise OutboxError(f"{path} cannot be used as an outbox: {_words(error)}.") from error
    forget_deleted(connection)
    return connection


def forget_deleted(connection: sqlite3.Connection) -> None:
    """Empty SQLite's journal, which still has what was deleted; later if another process reads just now."""
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    """All or nothing, on the disk at the end."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield connection
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


@contextmanager
def only_sender(path: Path, wait_s: float) -> Iterator[bool]:
    """Whether this process alone may send now; a process that is killed lets go at once.

    The lock is on a file of its own, as events are to be put in meanwhile.
    """
    lock = path.with_name(f"{path.name}-sending")
    _make_private(lock)
    with closing(sqlite3.connect(lock, wait_s, isolation_level=None, check_same_thread=False)) as connection:
        try:
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError:
            yield False
        else:
            yield True


def _make_private(path: Path) -> None:
    """SQLite gives its other files the mode of this one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    path.chmod(0o600)


def _make_tables(connection: sqlite3.Connection, path: Path) -> None:
    (found,) = connection.execute("PRAGMA user_version").fetchone()
    if found == _FORMAT:
        return
    if found or connection.execute("SELECT 1 FROM sqlite_master").fetchone():
        raise OutboxError(f"{path} is no outbox of this release. Name another file.")
    for statement in _TABLES:
        connection.execute(statement)
    connection.execute("INSERT INTO note VALUES ('salt', ?)", (secrets.token_bytes(16),))
    connection.execute(f"PRAGMA user_version = {_FORMAT}")


def _words(error: sqlite3.Error | OSError) -> str:
    return error.strerror or str(error) if isinstance(error, OSError) else str(error)

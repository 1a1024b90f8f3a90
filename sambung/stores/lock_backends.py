"""How a store is locked: SQLite by a file beside it, PostgreSQL by an advisory lock of its own connection."""

import os
from contextlib import suppress
from pathlib import Path
from typing import Final, Protocol

from sqlalchemy import Connection, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import SQLAlchemyError

from sinks.store import open_session

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

FOLLOWERS: Final = 0x5A4B0002
"""First half of the lock; the second half tells apart stores in schemas of one database."""
_LOCK: Final = f"({FOLLOWERS}, hashtext(current_schema()))"
_ACQUIRE: Final = {
    True: text(f"SELECT pg_try_advisory_lock{_LOCK}"),
    False: text(f"SELECT pg_try_advisory_lock_shared{_LOCK}"),
}
_RELEASE: Final = {
    True: text(f"SELECT pg_advisory_unlock{_LOCK}"),
    False: text(f"SELECT pg_advisory_unlock_shared{_LOCK}"),
}
_PING: Final = text("SELECT 1")


class LockBackend(Protocol):
    def acquire(self, *, exclusive: bool) -> bool:
        """Lock it so, in place of the lock held now; False if somebody else is in the way."""

    def ensure_held(self) -> bool:
        """True if the lock is still held, or could be acquired again after it was lost."""

    def release(self) -> None:
        """Idempotent."""


class FileLock:
    """The operating system releases it when the process ends."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = -1

    def acquire(self, *, exclusive: bool) -> bool:
        how = fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH
        while True:
            if self._file < 0:
                self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
            try:
                fcntl.flock(self._file, how | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
            if _is_at(self._path, self._file):
                return True
            os.close(self._file)  # its last owner removed it between our two calls
            self._file = -1

    def ensure_held(self) -> bool:
        return True

    def release(self) -> None:
        """The last owner removes the file."""
        if self._file >= 0:
            with suppress(OSError):
                fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                self._path.unlink()
            os.close(self._file)
            self._file = -1


def file_beside(url: URL) -> FileLock | None:
    if fcntl is None or url.get_backend_name() != "sqlite" or not url.database or "uri" in url.query:
        return None
    return FileLock(Path(url.database + "-lock"))


def _is_at(path: Path, file: int) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(file))
    except FileNotFoundError:
        return False


class SessionLock:
    """Lasts as long as the connection that acquired it."""

    def __init__(self, database: str) -> None:
        self._database = database
        self._connection: Connection | None = None
        self._exclusive: bool | None = None
        """How this connection holds it; None if it does not."""
        self._wanted: bool | None = None
        """How it was acquired last; None after `release`."""

    def acquire(self, *, exclusive: bool) -> bool:
        if self._connection is None:
            self._connection = open_session(self._database)
        if exclusive != self._exclusive:
            if not self._connection.scalar(_ACQUIRE[exclusive]):
                return False
            if self._exclusive is not None:  # both are held for a moment, so nobody comes between
                self._connection.execute(_RELEASE[self._exclusive])
            self._exclusive = exclusive
        self._wanted = exclusive
        return True

    def ensure_held(self) -> bool:
        if self._wanted is None or self._is_alive():
            return True
        self._drop()
        return self.acquire(exclusive=self._wanted)

    def release(self) -> None:
        """Explicitly: after a connection is closed, the server keeps its locks a moment longer."""
        self._wanted = None
        if self._connection is not None and self._exclusive is not None:
            with suppress(SQLAlchemyError):  # the server is gone, and the lock with it
                self._connection.execute(_RELEASE[self._exclusive])
        self._drop()

    def _is_alive(self) -> bool:
        if self._connection is None or self._exclusive is None:
            return False
        try:
            return bool(self._connection.scalar(_PING))
        except SQLAlchemyError:  # also for a connection that broke earlier
            return False

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._connection = self._exclusive = None

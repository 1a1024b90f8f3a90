"""Keeps two streams out of one SQLite store: who follows a stream shares it, who begins one is alone.

A file `STORE-lock` beside the store is locked for as long as a process writes; the system lets go of it when
the process ends, in whatever way. Where there are no such locks (Windows) nobody is kept out.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlalchemy import make_url

from sambung.errors import Exit, Failed

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

BEGINNING = "Another replay is writing to this store. Run the same command again when it is done."
FOLLOWING = (
    "A replay or a worker is writing to this store already. Run the same command again when it is done, or "
    "name the worker's broker: --broker HOST:PORT"
)


class StoreLock:
    """Two ways to hold a store; the second call changes what the first one holds."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._file = -1

    def share(self) -> None:
        """Write beside others that follow the same stream. Raises Failed while somebody is alone."""
        if self._path is not None and not self._held(self._path, fcntl.LOCK_SH):
            raise Failed(Exit.SERVICE_MISSING, BEGINNING)

    def take_alone(self) -> None:
        """Begin a stream. Raises Failed while anybody else writes."""
        if self._path is not None and not self._held(self._path, fcntl.LOCK_EX):
            raise Failed(Exit.SERVICE_MISSING, FOLLOWING)

    def let_go(self) -> None:
        """The last one removes the file."""
        if self._path is not None and self._file >= 0:
            with suppress(OSError):
                fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                self._path.unlink()
            os.close(self._file)
            self._file = -1

    def _held(self, path: Path, how: int) -> bool:
        while True:
            if self._file < 0:
                self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
            try:
                fcntl.flock(self._file, how | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
            if _is_at(path, self._file):
                return True
            os.close(self._file)  # the one before us removed it between our two calls
            self._file = -1


@contextmanager
def store_lock(database: str) -> Iterator[StoreLock]:
    lock = StoreLock(_path(database))
    try:
        yield lock
    finally:
        lock.let_go()


def _path(database: str) -> Path | None:
    url = make_url(database)
    if fcntl is None or url.get_backend_name() != "sqlite" or not url.database or "uri" in url.query:
        return None
    return Path(url.database + "-lock")


def _is_at(path: Path, file: int) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(file))
    except FileNotFoundError:
        return False

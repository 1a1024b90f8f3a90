"""A SQLite store held by a lock on a file beside it; the system lets go of it when the process ends."""

import os
from contextlib import suppress
from pathlib import Path

from sqlalchemy.engine import URL

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]


class FileHold:
    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = -1

    def take(self, *, alone: bool) -> bool:
        how = fcntl.LOCK_EX if alone else fcntl.LOCK_SH
        while True:
            if self._file < 0:
                self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
            try:
                fcntl.flock(self._file, how | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
            if _is_at(self._path, self._file):
                return True
            os.close(self._file)  # the one before us removed it between our two calls
            self._file = -1

    def keep(self) -> bool:
        return True

    def let_go(self) -> None:
        """The last one removes the file."""
        if self._file >= 0:
            with suppress(OSError):
                fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                self._path.unlink()
            os.close(self._file)
            self._file = -1


def file_beside(url: URL) -> FileHold | None:
    if fcntl is None or url.get_backend_name() != "sqlite" or not url.database or "uri" in url.query:
        return None
    return FileHold(Path(url.database + "-lock"))


def _is_at(path: Path, file: int) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(file))
    except FileNotFoundError:
        return False

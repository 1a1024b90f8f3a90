"""A file that appears under its name only when it is whole, whatever ends the process that writes it."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from sinks.base import StoreUnavailable

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

_ONLY_FOR_OWNER: Final = 0o600
"""Mode of what has the hashes of people, and of every file that is not whole yet."""
_FOR_ALL: Final = 0o666
_OPEN: Final = os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NOFOLLOW", 0)


@contextmanager
def whole_file(path: Path, check: Callable[[Path], None], *, private: bool = True) -> Iterator[Path]:
    """Path of a new, empty file beside `path`, which takes its name at the end of a block without error.

    It is on the disk by then; after an error it is removed. `kill -9` leaves it behind as PATH.partial, which
    the next one empties. `check` raises where `path` is taken; it is called first and last. A private file is
    for its owner only, another for whom the umask lets read it.
    Raises StoreUnavailable while another process writes it, OSError.
    """
    check(path)
    partial = path.with_name(f"{path.name}.partial")
    with _only_writer(partial):
        try:
            yield partial
            if not private:
                partial.chmod(_FOR_ALL & ~umask())
            sync(partial)
            check(path)
            partial.replace(path)
            sync_folder(path.parent)
        except BaseException:
            partial.unlink(missing_ok=True)
            raise


def sync(file: Path) -> None:
    """Wait until a file's bytes are on the disk."""
    with file.open("rb+") as opened:
        os.fsync(opened.fileno())


def sync_folder(folder: Path) -> None:
    """The same for the names in it; Windows cannot."""
    if fcntl is None:
        return
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


@contextmanager
def _only_writer(partial: Path) -> Iterator[None]:
    """The file, emptied and locked; the lock ends with this process."""
    opened = _locked(partial)
    try:
        os.ftruncate(opened, 0)
        partial.chmod(_ONLY_FOR_OWNER)
        yield
    finally:
        os.close(opened)


def umask() -> int:
    """It can be read by setting it only."""
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _locked(partial: Path) -> int:
    while True:
        opened = os.open(partial, _OPEN, _ONLY_FOR_OWNER)
        try:
            if fcntl is not None:
                fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if os.path.samestat(os.stat(partial), os.fstat(opened)):  # noqa: PTH116  beside fstat
                return opened
        except FileNotFoundError:
            pass  # its last owner gave it its name, or removed it, between our two calls
        except BlockingIOError as problem:
            os.close(opened)
            raise StoreUnavailable(
                f"Another process is writing {partial}. Run the same command again when it is done."
            ) from problem
        os.close(opened)

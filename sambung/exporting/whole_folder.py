"""A folder that appears under its name only when all of it is on the disk, whatever ends the process."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sambung.terminal.exits import Exit, Failed
from sinks.whole_file import sync, sync_folder, umask

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]


@contextmanager
def whole_folder(folder: Path, *, private: bool) -> Iterator[Path]:
    """A new folder beside `folder`, whose name it takes at the end of a block without error.

    After an error it is removed. `kill -9` leaves it behind as .NAME.sambung-partial, which the next one
    empties. Raises Failed where the name is taken or another process writes there, OSError.
    """
    folder = folder.absolute()
    _check_free(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    partial = folder.with_name(f".{folder.name}.sambung-partial")
    with _only_writer(partial):
        try:
            partial.chmod(0o700 if private else 0o777 & ~umask())
            yield partial
            for file in partial.iterdir():
                file.chmod(0o600 if private else 0o666 & ~umask())
                sync(file)
            sync_folder(partial)
            _check_free(folder)
            partial.rename(folder)
            sync_folder(folder.parent)
        except BaseException:
            shutil.rmtree(partial, ignore_errors=True)
            raise


def _check_free(folder: Path) -> None:
    if not folder.exists():
        return
    if folder.is_mount():
        raise Failed(Exit.WRONG_USE, f"{folder} is mounted, so it cannot be made whole. Name a folder in it.")
    if not folder.is_dir() or any(folder.iterdir()):
        raise Failed(
            Exit.WRONG_USE,
            f"{folder} is there already. An export is a folder of its own: name a new one.",
        )


@contextmanager
def _only_writer(partial: Path) -> Iterator[None]:
    """The folder, emptied and locked; the lock ends with this process."""
    partial.mkdir(exist_ok=True)
    if fcntl is None:
        _empty(partial)
        yield
        return
    opened = os.open(partial, os.O_RDONLY | os.O_NOFOLLOW)
    try:
        fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
        _empty(partial)
        yield
    except BlockingIOError:
        raise Failed(
            Exit.SERVICE_MISSING,
            f"Another export is writing {partial}. Run the same command again when it is done.",
        ) from None
    finally:
        os.close(opened)


def _empty(partial: Path) -> None:
    for left in partial.iterdir():
        shutil.rmtree(left) if left.is_dir() and not left.is_symlink() else left.unlink()

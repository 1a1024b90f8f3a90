"""A small disk that can be filled up or made read-only: a tmpfs, as root ignores the modes of files."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from tests.end_to_end.runs import until
from tests.services.missing import need

SIZE: Final = "48m"
BLOCK: Final = bytes(1 << 16)


class Disk:
    """A file system of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._filler = folder / "filler"

    def fill(self) -> None:
        """Take all the room there is."""
        with self._filler.open("ab", buffering=0) as file:
            try:
                while True:
                    file.write(BLOCK)
            except OSError:
                return

    def make_room(self) -> None:
        self._filler.unlink()

    def read_only(self) -> None:
        """As soon as nobody writes: the sink process of a worker that was killed takes a moment to end."""
        until(lambda: not _fault("mount", "-o", "remount,ro", str(self.folder)), "read-only", 10.0)

    def writable(self) -> None:
        _run("mount", "-o", "remount,rw", str(self.folder))


@contextmanager
def small_disk(folder: Path) -> Iterator[Disk]:
    """Mounted at a folder, which is made."""
    need(os.geteuid() == 0, "only root can mount a small disk")
    folder.mkdir(parents=True)
    _run("mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(folder))
    try:
        yield Disk(folder)
    finally:
        _run("umount", "--lazy", str(folder))


def _run(*command: str) -> None:
    assert _fault(*command) == ""


def _fault(*command: str) -> str:
    """What it says if it fails, else nothing."""
    done = subprocess.run(command, capture_output=True, check=False, text=True)
    return done.stderr or "failed" if done.returncode else ""

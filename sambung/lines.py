"""Lines of events in files, packed or not, and on standard input."""

import gzip
import os
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, NamedTuple

from sambung.terminal.exits import Exit, Failed

STDIN = 0


class Line(NamedTuple):
    file: str
    number: int
    """From 1."""
    text: bytes


def lines_of(path: str) -> Iterator[Line]:
    """Lines of a file (`.gz` too; `-` is standard input) without blank ones and line ends."""
    with _opened(path) as file:
        for number, text in enumerate(file, start=1):
            stripped = text.rstrip(b"\r\n")
            if stripped.strip():
                yield Line(path, number, stripped)


def _opened(path: str) -> IO[bytes] | gzip.GzipFile:
    if path == "-":
        return os.fdopen(STDIN, "rb", closefd=False)  # sys.stdin is locked while a read waits
    if path.endswith(".gz"):
        return gzip.open(path, "rb")
    return Path(path).open("rb")


class Lines(Iterator[Line]):
    """Lines of several files; a damaged one ends them and leaves the error in `damage`."""

    def __init__(self, files: Sequence[str], kept: str = "in the store") -> None:
        """`kept`: where the lines before the damage are."""
        self._files = files
        self._kept = kept
        self._lines = self._all()
        self.damage: Failed | None = None

    @property
    def named(self) -> str:
        first = "standard input" if self._files[0] == "-" else self._files[0]
        return first if len(self._files) == 1 else f"{first} and {len(self._files) - 1} more"

    def __next__(self) -> Line:
        return next(self._lines)

    def _all(self) -> Iterator[Line]:
        for file in self._files:
            last = 0
            try:
                for line in lines_of(file):
                    last = line.number
                    yield line
            except (OSError, EOFError, zlib.error) as error:
                self.damage = Failed(Exit.WRONG_USE, self._sentence(file, last, error))
                return

    def _sentence(self, file: str, last: int, error: Exception) -> str:
        return (
            f"{file} cannot be read beyond line {last:,} ({error}). The lines before it are {self._kept}. "
            "Get the file anew and run the same command again: nothing is counted twice."
        )

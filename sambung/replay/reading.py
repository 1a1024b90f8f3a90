"""The lines of several files as one run of lines, up to where one of them is damaged."""

import zlib
from collections.abc import Iterator, Sequence

from sambung.replay.publish import Line, lines_of
from sambung.terminal.exits import Exit, Failed


class Lines(Iterator[Line]):
    """Ends where a file cannot be read on, and remembers why: what came before still counts."""

    def __init__(self, files: Sequence[str]) -> None:
        self._files = files
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
                self.damage = Failed(Exit.WRONG_USE, _told(file, last, error))
                return


def _told(file: str, last: int, error: Exception) -> str:
    return (
        f"{file} cannot be read beyond line {last:,} ({error}). The lines before it are in the store. Get "
        "the file anew and run the same command again: nothing is counted twice."
    )

"""How far a long run is: bars on a terminal, a plain line a phase anywhere else. Always on stderr."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from streams.drain import Progress as Folded


class Reporter(Protocol):
    """Hears how far a replay is."""

    def phase(self, what: str) -> None: ...
    def sent(self, lines: int) -> None: ...
    def folded(self, progress: Folded) -> None: ...


@contextmanager
def reporter() -> Iterator[Reporter]:
    console = Console(stderr=True)
    if not console.is_terminal:
        yield _Plain(console)
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as bars:
        yield _Bars(bars)


class _Plain:
    def __init__(self, console: Console) -> None:
        self._console = console

    def phase(self, what: str) -> None:
        self._console.print(f"{what} …", highlight=False)

    def sent(self, lines: int) -> None:
        """Nothing: a line a chunk would be noise in a log."""

    def folded(self, progress: Folded) -> None:
        """Nothing, for the same reason."""


class _Bars:
    def __init__(self, bars: Progress) -> None:
        self._bars = bars
        self._sending: TaskID | None = None
        self._folding: TaskID | None = None

    def phase(self, what: str) -> None:
        self._bars.console.print(what, highlight=False)
        self._sending = self._bars.add_task("lines sent", total=None)
        self._folding = self._bars.add_task("records folded", total=None)

    def sent(self, lines: int) -> None:
        if self._sending is not None:
            self._bars.advance(self._sending, lines)

    def folded(self, progress: Folded) -> None:
        if self._folding is not None:
            self._bars.update(self._folding, completed=progress.done, total=progress.total)

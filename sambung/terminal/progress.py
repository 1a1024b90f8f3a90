"""How far a long run is: bars on a terminal, a plain line a phase anywhere else. Always on stderr."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Column

from sambung.terminal.screen import many, width


class Folded(Protocol):
    """How many records of all stages are worked off."""

    @property
    def done(self) -> int: ...
    @property
    def total(self) -> int: ...


class Reporter(Protocol):
    """Hears how far a run is."""

    def phase(self, what: str) -> AbstractContextManager[None]: ...
    def sent(self, lines: int) -> None: ...
    def folded(self, progress: Folded) -> None: ...


@contextmanager
def reporter() -> Iterator[Reporter]:
    """Of a replay."""
    console = _console()
    if not console.is_terminal:
        yield _Plain(console)
        return
    with _bars(console) as bars:
        yield _Bars(bars)


@contextmanager
def steps(total: int) -> Iterator[Callable[[str], None]]:
    """Of work in `total` steps; call it with what comes next."""
    console = _console()
    if not console.is_terminal:
        yield lambda what: console.print(f"{what} …", highlight=False)
        return
    with _bars(console) as bars:
        task = bars.add_task("", total=total, count="")
        begun = 0

        def next_step(what: str) -> None:
            nonlocal begun
            bars.update(task, description=what, completed=begun)
            begun += 1

        yield next_step
        bars.update(task, description="done", completed=total)


def _console() -> Console:
    return Console(stderr=True, width=width())


def _bars(console: Console) -> Progress:
    what = TextColumn("{task.description}", table_column=Column(max_width=console.width - 60, no_wrap=True))
    columns = (what, BarColumn(24), TextColumn("{task.fields[count]}"), TimeElapsedColumn())
    return Progress(*columns, console=console)


class _Plain:
    def __init__(self, console: Console) -> None:
        self._console = console

    @contextmanager
    def phase(self, what: str) -> Iterator[None]:
        self._console.print(f"{what} …", highlight=False, soft_wrap=True)
        yield

    def sent(self, lines: int) -> None:
        """Nothing: a line a chunk would be noise in a log."""

    def folded(self, progress: Folded) -> None:
        """Nothing, for the same reason."""


class _Bars:
    """Two bars a phase: lines sent, whose number nobody knows before, then records worked off."""

    def __init__(self, bars: Progress) -> None:
        self._bars = bars
        self._sending: TaskID | None = None
        self._folding: TaskID | None = None

    @contextmanager
    def phase(self, what: str) -> Iterator[None]:
        self._sending = self._bars.add_task(what, total=None, count="")
        yield
        self._sending = self._folding = None

    def sent(self, lines: int) -> None:
        if self._sending is not None:
            done = int(self._bars.tasks[self._sending].completed) + lines
            self._bars.update(self._sending, completed=done, count=many(done, "line"))

    def folded(self, progress: Folded) -> None:
        if self._folding is None:
            self._folding = self._begin_folding()
        count = f"{progress.done:,} of {progress.total:,}"
        self._bars.update(self._folding, completed=progress.done, total=progress.total, count=count)

    def _begin_folding(self) -> TaskID:
        if self._sending is not None:
            self._bars.update(self._sending, total=self._bars.tasks[self._sending].completed)
        return self._bars.add_task("  worked off by all stages", total=None, count="")

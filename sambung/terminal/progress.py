"""Progress of a long run on stderr: bars on a terminal, otherwise one line per phase."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Column

from reports.wording import many
from sambung.terminal.screen import width


class StageProgress(Protocol):
    """Records of all stages: how many are processed, and how many there are."""

    @property
    def done(self) -> int: ...
    @property
    def total(self) -> int: ...


class Reporter(Protocol):
    """Receives the progress of a run."""

    def phase(self, what: str) -> AbstractContextManager[None]: ...
    def sent(self, lines: int) -> None: ...
    def folded(self, progress: StageProgress) -> None: ...


@contextmanager
def reporter() -> Iterator[Reporter]:
    """For a replay."""
    console = _console()
    if not console.is_terminal:
        yield _Plain(console)
        return
    with _bars(console) as bars:
        yield _Bars(bars)


@contextmanager
def steps(total: int) -> Iterator[Callable[[str], None]]:
    """For work in `total` steps; call it with the name of the next one."""
    console = _console()
    if not console.is_terminal:
        yield lambda what: console.print(f"{what} …", highlight=False)
        return
    with _bars(console) as bars:
        task = bars.add_task("", total=total, count="")
        started = 0

        def next_step(what: str) -> None:
            nonlocal started
            bars.update(task, description=what, completed=started)
            started += 1

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
        """Nothing: one line per chunk would be noise in a log."""

    def folded(self, progress: StageProgress) -> None:
        """Nothing, for the same reason."""


class _Bars:
    """Two bars per phase: lines sent, whose total is unknown, then records processed by the stages."""

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

    def folded(self, progress: StageProgress) -> None:
        if self._folding is None:
            self._folding = self._begin_folding()
        count = f"{progress.done:,} of {progress.total:,}"
        self._bars.update(self._folding, completed=progress.done, total=progress.total, count=count)

    def _begin_folding(self) -> TaskID:
        if self._sending is not None:
            self._bars.update(self._sending, total=self._bars.tasks[self._sending].completed)
        return self._bars.add_task("  processed by all stages", total=None, count="")

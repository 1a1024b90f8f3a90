"""Progress of a long run on stderr: bars on a terminal, otherwise one line per phase."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from time import monotonic
from typing import Final, Protocol

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Column

from reports.wording import many
from sambung.terminal.screen import width

SLOW_S: Final = 2.0
"""Work that takes longer tells how far it is."""


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


@contextmanager
def counted(what: str, total: int | None = None) -> Iterator[Callable[[int], None]]:
    """For many things of one kind; call it with how many more are done."""
    console = _console()
    if not console.is_terminal:
        console.print(f"{what} …", highlight=False, soft_wrap=True)
        yield lambda _: None
        return
    with _bars(console) as bars:
        task = bars.add_task(what, total=total, count="")
        done = 0

        def more(count: int) -> None:
            nonlocal done
            done += count
            bars.update(task, completed=done, count=f"{done:,}" + (f" of {total:,}" if total else ""))

        yield more


@contextmanager
def when_slow() -> Iterator[Callable[[str, int, int | None], None]]:
    """For work of a few seconds; call it with what is done, so many of it, and of so many if that is known.

    Nothing is shown in the first two seconds.
    """
    console, began_s, said = _console(), monotonic(), set[str]()
    with ExitStack() as stack:
        task: tuple[Progress, TaskID] | None = None

        def show(what: str, done: int, total: int | None) -> None:
            nonlocal task
            if monotonic() - began_s < SLOW_S:
                return
            count = f"{done:,} of {total:,}" if total else f"{done:,}"
            if console.is_terminal:
                if task is None:
                    bars = stack.enter_context(_bars(console))
                    task = bars, bars.add_task(what, total=total, count="")
                task[0].update(task[1], description=what, completed=done, total=total, count=count)
            elif what not in said:
                said.add(what)
                console.print(f"{what}: {count} …" if done else f"{what} …", highlight=False)

        yield show


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

"""Keeps two streams out of one store: who follows a stream shares it, who begins one is alone.

In SQLite a file `STORE-lock` beside the store is locked for as long as a process writes. Where there are no
such locks (Windows) nobody is kept out.

In PostgreSQL it is an advisory lock of a connection of its own, so it keeps processes of any machine apart.
It is gone with that connection, when the process or the server ends. What writes under the lock asks each
time whether it is still there (`guarded`), and takes it again where the server was restarted. If somebody
else has it by then, that process fails before it writes anything.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NamedTuple, ParamSpec, Protocol, TypeVar

from sambung.stores.store_hold_file import file_beside
from sambung.stores.store_hold_session import SessionHold
from sambung.terminal.exits import Exit, Failed
from sinks.base import Applied, Batch, Positions, Sink
from sinks.databases.sqlite import Sqlite
from sinks.store import parse

BEGINNING = "Another replay is writing to this store. Run the same command again when it is done."
FOLLOWING = (
    "A replay or a worker is writing to this store already. Run the same command again when it is done, or "
    "name the worker's broker: --broker HOST:PORT"
)

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")


class Hold(Protocol):
    """How a store of one kind is held."""

    def take(self, *, alone: bool) -> bool:
        """Shared or alone, in place of how it is held now; whether that was possible."""

    def keep(self) -> bool:
        """Whether it is held as it was taken; taken again where it was lost."""

    def let_go(self) -> None:
        """A second time does nothing."""


class Guarded(NamedTuple):
    """What of a sink writes, each time only while the store is held."""

    apply: Callable[[Batch], Applied]
    settle: Callable[[int, Positions, int], None]


class StoreLock:
    """Two ways to hold a store; the second call changes what the first one holds."""

    def __init__(self, hold: Hold | None) -> None:
        self._hold = hold

    def share(self) -> None:
        """Write beside others that follow the same stream. Raises Failed while somebody is alone."""
        if self._hold is not None and not self._hold.take(alone=False):
            raise Failed(Exit.SERVICE_MISSING, BEGINNING)

    def acquire_exclusive(self, otherwise: str = FOLLOWING) -> None:
        """Begin a stream. Raises Failed with the sentence while anybody else writes."""
        if self._hold is not None and not self._hold.take(alone=True):
            raise Failed(Exit.SERVICE_MISSING, otherwise)

    def guarded(self, write: Callable[Arguments, Result]) -> Callable[Arguments, Result]:
        """The same write, but Failed where the lock was lost and somebody else took it."""

        def guarded(*given: Arguments.args, **named: Arguments.kwargs) -> Result:
            if self._hold is not None and not self._hold.keep():
                raise Failed(Exit.SERVICE_MISSING, BEGINNING)
            return write(*given, **named)

        return guarded

    def over(self, sink: Sink) -> "Guarded":
        return Guarded(self.guarded(sink.apply), self.guarded(sink.settle))

    def let_go(self) -> None:
        if self._hold is not None:
            self._hold.let_go()


@contextmanager
def store_lock(database: str) -> Iterator[StoreLock]:
    lock = StoreLock(_hold(database))
    try:
        yield lock
    finally:
        lock.let_go()


def _hold(database: str) -> Hold | None:
    kind, url = parse(database)
    return file_beside(url) if isinstance(kind, Sqlite) else SessionHold(database)

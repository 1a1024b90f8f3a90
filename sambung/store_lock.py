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
from typing import Protocol, TypeVar

from sambung.errors import Exit, Failed
from sambung.store_hold_file import file_beside
from sambung.store_hold_session import SessionHold
from sinks.databases.sqlite import Sqlite
from sinks.store import parse

BEGINNING = "Another replay is writing to this store. Run the same command again when it is done."
FOLLOWING = (
    "A replay or a worker is writing to this store already. Run the same command again when it is done, or "
    "name the worker's broker: --broker HOST:PORT"
)

Batch = TypeVar("Batch")
Result = TypeVar("Result")


class Hold(Protocol):
    """How a store of one kind is held."""

    def take(self, *, alone: bool) -> bool:
        """Shared or alone, in place of how it is held now; whether that was possible."""

    def keep(self) -> bool:
        """Whether it is held as it was taken; taken again where it was lost."""

    def let_go(self) -> None:
        """A second time does nothing."""


class StoreLock:
    """Two ways to hold a store; the second call changes what the first one holds."""

    def __init__(self, hold: Hold | None) -> None:
        self._hold = hold

    def share(self) -> None:
        """Write beside others that follow the same stream. Raises Failed while somebody is alone."""
        if self._hold is not None and not self._hold.take(alone=False):
            raise Failed(Exit.SERVICE_MISSING, BEGINNING)

    def take_alone(self) -> None:
        """Begin a stream. Raises Failed while anybody else writes."""
        if self._hold is not None and not self._hold.take(alone=True):
            raise Failed(Exit.SERVICE_MISSING, FOLLOWING)

    def guarded(self, write: Callable[[Batch], Result]) -> Callable[[Batch], Result]:
        """The same write, but Failed where the lock was lost and somebody else took it."""

        def guarded(batch: Batch) -> Result:
            if self._hold is not None and not self._hold.keep():
                raise Failed(Exit.SERVICE_MISSING, BEGINNING)
            return write(batch)

        return guarded

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

"""The lock that keeps two streams from writing to one store.

Processes that write the same stream share it; one that begins a new stream needs it exclusively.

In SQLite a file `STORE-lock` beside the store is locked for as long as a process writes. Windows has no such
locks, so there nothing is locked.

In PostgreSQL it is an advisory lock, so it works between machines. It is lost with its connection, when the
process or the server ends. So every write under the lock checks it first (`guarded`), and acquires it again
after a restart of the server. If another process has it by then, the write fails before it changes anything.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NamedTuple, ParamSpec, TypeVar

from sambung.stores.lock_backends import LockBackend, SessionLock, file_beside
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


class GuardedSink(NamedTuple):
    """The writing methods of a sink; each checks the lock first."""

    apply: Callable[[Batch], Applied]
    remove_national_ids: Callable[[], None]
    settle: Callable[[int, Positions, int], None]


class StoreLock:
    """A lock that is shared or exclusive; a second call changes the mode."""

    def __init__(self, backend: LockBackend | None) -> None:
        self._backend = backend

    def share(self) -> None:
        """Write beside others that follow the same stream. Raises Failed while it is locked exclusively."""
        if self._backend is not None and not self._backend.acquire(exclusive=False):
            raise Failed(Exit.SERVICE_MISSING, BEGINNING)

    def acquire_exclusive(self, otherwise: str = FOLLOWING) -> None:
        """Begin a stream. Raises Failed with the sentence `otherwise` while anybody else writes."""
        if self._backend is not None and not self._backend.acquire(exclusive=True):
            raise Failed(Exit.SERVICE_MISSING, otherwise)

    def guarded(self, write: Callable[Arguments, Result]) -> Callable[Arguments, Result]:
        """The same write, which raises Failed if the lock was lost to another process."""

        def guarded(*given: Arguments.args, **named: Arguments.kwargs) -> Result:
            if self._backend is not None and not self._backend.ensure_held():
                raise Failed(Exit.SERVICE_MISSING, BEGINNING)
            return write(*given, **named)

        return guarded

    def guard_sink(self, sink: Sink) -> "GuardedSink":
        return GuardedSink(
            self.guarded(sink.apply), self.guarded(sink.remove_national_ids), self.guarded(sink.settle)
        )

    def release(self) -> None:
        if self._backend is not None:
            self._backend.release()


@contextmanager
def store_lock(database: str) -> Iterator[StoreLock]:
    lock = StoreLock(_backend(database))
    try:
        yield lock
    finally:
        lock.release()


def _backend(database: str) -> LockBackend | None:
    kind, url = parse(database)
    return file_beside(url) if isinstance(kind, Sqlite) else SessionLock(database)

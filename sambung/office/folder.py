"""The folder of an office: its store, its journal, its logs; one office at a time."""

import fcntl
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from time import monotonic, sleep
from typing import Final, NamedTuple

from api.journal.segments import journal_beside
from sambung.terminal.exits import Exit, Failed

STORE: Final = "sambung.db"
LAST_ENDS_S: Final = 8.0
"""How long the processes of an office that was killed may take to end."""
LOOK_S: Final = 0.1
_IN_URLS: Final = frozenset("?%#")


class OfficeFolder(NamedTuple):
    path: Path

    @property
    def store(self) -> Path:
        return self.path / STORE

    @property
    def has_store(self) -> bool:
        """Whether one is set up, of whichever release; asked without SQLAlchemy, which takes a second."""
        if not self.store.exists():
            return False
        with closing(sqlite3.connect(self.store)) as connection:
            named = "SELECT 1 FROM sqlite_master WHERE name = 'store_revision'"
            return connection.execute(named).fetchone() is not None

    @property
    def journal(self) -> Path:
        return journal_beside(self.store)

    @property
    def logs(self) -> Path:
        return self.path / "log"

    @property
    def state(self) -> Path:
        """Of the stages; worthless without the broker that it goes with."""
        return self.path / "state"

    @property
    def url(self) -> str:
        """Of the store, for those who write: a commit survives a power cut."""
        return f"{self.shown_url}?synchronous=full"

    @property
    def shown_url(self) -> str:
        """The same as people type it."""
        return f"sqlite:///{self.store}"


@contextmanager
def locked(folder: OfficeFolder) -> Iterator[int]:
    """The lock's file descriptor, which is passed on to every process that touches the folder.

    So the folder is in use until the last of them has ended, also where the first was killed. Raises Failed.
    """
    if found := _IN_URLS & set(str(folder.path)):
        raise Failed(
            Exit.WRONG_USE,
            f"The folder {folder.path} has {' and '.join(sorted(found))} in its name, which the address of a "
            "store cannot have. Name another one: --dir FOLDER",
        )
    try:
        folder.path.mkdir(parents=True, exist_ok=True)
        file = os.open(folder.path / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise Failed(
            Exit.WRONG_USE,
            f"The folder {folder.path} cannot be used: {(error.strerror or str(error)).lower()}. "
            "Name one that you may write to: --dir FOLDER",
        ) from error
    try:
        _lock(file, folder)
        yield file
    finally:
        os.close(file)


def _lock(file: int, folder: OfficeFolder) -> None:
    deadline = monotonic() + LAST_ENDS_S
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if monotonic() >= deadline:
                raise Failed(
                    Exit.SERVICE_MISSING,
                    f"The folder {folder.path} is in use: `sambung up` runs there already. End that one, or "
                    "name another folder: --dir FOLDER",
                ) from None
            sleep(LOOK_S)
        else:
            return

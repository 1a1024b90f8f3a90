"""What a database does its own way to hold a store: open it, write rows, describe it, copy it, set rights.

CONTRIBUTING.md lists the other places that tell databases apart.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, ClassVar, NamedTuple

from sqlalchemy import Connection, Engine, Table, inspect
from sqlalchemy.engine import URL

from models.tables.audiences import RoleKind
from models.tables.catalog import TABLES, VIEWS

Meaning = tuple[str, str, str]
"""Table or view, column (empty for the table itself), meaning."""
Rows = Sequence[tuple[Any, ...]]


class Rights(NamedTuple):
    """What `set_rights` found and did."""

    beside: Mapping[str, Sequence[str]]
    """By role that was named: tables and views in the schema that it may read beside the store's."""
    restricted: Sequence[str]
    """Roles that an older release let read everything, and that are readers now."""


WAIT_SECONDS = 20
"""How long one writer waits for another's transaction."""


class Database(ABC):
    """One kind of database."""

    name: ClassVar[str]
    """As people call it."""
    advice: ClassVar[str]
    """Advice for people when a store cannot be opened."""
    first_step: ClassVar[str]
    """Advice for people on the database that a new store needs."""
    copy_begins: ClassVar[bytes]
    """First bytes of a copy of a store, and of no other database's."""
    after_failure: ClassVar[str]
    """Advice for people when a restored store has wrong sums."""

    @abstractmethod
    def writer(self, url: URL) -> Engine:
        """Each transaction excludes those of other writers, and sees all that was committed before it."""

    @abstractmethod
    def reader(self, url: URL) -> Engine:
        """Each transaction reads one snapshot and cannot write. Raises StoreError for no store."""

    @abstractmethod
    def side_writer(self, url: URL, wait_seconds: int) -> Engine:
        """For tables that no sink writes, beside those who write the others. Raises StoreError for no store.

        A transaction waits no longer than that, and what it commits survives a power cut.
        """

    @abstractmethod
    def insert(self, connection: Connection, table: Table, rows: Rows) -> None:
        """New rows, in the order of the table's columns."""

    @abstractmethod
    def put(self, connection: Connection, table: Table, rows: Rows, greater: str | None) -> None:
        """Rows with distinct keys, in the order of the table's columns; each replaces the row of its key.

        With `greater`, only if its value in that column is greater.
        """

    @abstractmethod
    def delete(self, connection: Connection, table: Table, keys: Rows) -> None:
        """By primary key, in the order of its columns."""

    @abstractmethod
    def describe(self, connection: Connection, meanings: Iterable[Meaning]) -> None:
        """Write the meanings of tables and columns where the database has comments for them."""

    @abstractmethod
    def set_rights(self, connection: Connection, roles: Mapping[RoleKind, str]) -> Rights:
        """Give each role exactly the rights of its kind (`models.tables.audiences`); a missing one is made.

        Those whom an older release let read everything become readers. Raises StoreError where impossible,
        and for a named role that can write or read more than its kind.
        """

    @abstractmethod
    def rights_on_views(self, connection: Connection) -> Sequence[str]:
        """Statements that give the views, once they are created anew, the rights that they have now."""

    @abstractmethod
    def back_up(self, connection: Connection, url: URL, file: Path) -> None:
        """Write the store into an empty file as the connection's transaction sees it. Raises StoreError."""

    @abstractmethod
    def revision_in(self, url: URL, file: Path) -> str | None:
        """Schema revision of the store in a copy; None for none. Raises StoreError for a damaged one."""

    @abstractmethod
    def restored(self, url: URL, file: Path) -> AbstractContextManager[URL]:
        """A copy as a store to look at, in a database without one; where it is.

        A block that ends without error has it at `url`. After an error there is nothing, or what
        `after_failure` says. Raises StoreError.
        """


def own_tables(connection: Connection) -> set[str]:
    """Tables and views of a store that the database has."""
    found = inspect(connection)
    return {*found.get_table_names(), *found.get_view_names()} & {*TABLES, *VIEWS}

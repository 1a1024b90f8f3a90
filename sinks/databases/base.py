"""What differs between the databases that a store may lie in; all else is one SQL, worded by SQLAlchemy."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from sqlalchemy import Connection, Engine, Table
from sqlalchemy.engine import URL

from sinks.databases.describing import Meaning

Rows = Sequence[tuple[Any, ...]]

WAIT_SECONDS = 20
"""How long one writer waits for another's transaction."""


class Database(ABC):
    """One kind of database."""

    advice: ClassVar[str]
    """What to look at when a store cannot be opened."""
    first_step: ClassVar[str]
    """How to get a database that a store can be set up in."""

    @abstractmethod
    def writer(self, url: URL) -> Engine:
        """Every transaction excludes every other writer's, and sees all that was committed before it."""

    @abstractmethod
    def reader(self, url: URL) -> Engine:
        """Every transaction sees one moment and can write nothing. Raises StoreError for no store."""

    @abstractmethod
    def insert(self, connection: Connection, table: Table, rows: Rows) -> None:
        """Rows in the order of the table's columns; none of them is there yet."""

    @abstractmethod
    def put(self, connection: Connection, table: Table, rows: Rows, greater: str | None) -> None:
        """Rows in the order of the table's columns, no two of one key; each replaces the one of its key.

        With `greater`, only where its value in that column is greater.
        """

    @abstractmethod
    def delete(self, connection: Connection, table: Table, keys: Rows) -> None:
        """By primary key, in the order of its columns."""

    @abstractmethod
    def describe(self, connection: Connection, meanings: Iterable[Meaning]) -> None:
        """Write what tables and columns mean where the database has a place of its own for that."""

    @abstractmethod
    def let_read(self, connection: Connection, role: str) -> None:
        """Let a role read every table and view, and write none. Raises StoreError where that cannot be."""

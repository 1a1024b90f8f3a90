"""What a database does its own way to hold a store: open it, write many rows, describe it, let others read.

CONTRIBUTING.md lists the other places that tell databases apart.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from sqlalchemy import Connection, Engine, Table
from sqlalchemy.engine import URL

Meaning = tuple[str, str, str]
"""Table or view, column (empty for the table itself), meaning."""
Rows = Sequence[tuple[Any, ...]]

WAIT_SECONDS = 20
"""How long one writer waits for another's transaction."""


class Database(ABC):
    """One kind of database."""

    advice: ClassVar[str]
    """Advice for people when a store cannot be opened."""
    first_step: ClassVar[str]
    """Advice for people on the database that a new store needs."""

    @abstractmethod
    def writer(self, url: URL) -> Engine:
        """Each transaction excludes those of other writers, and sees all that was committed before it."""

    @abstractmethod
    def reader(self, url: URL) -> Engine:
        """Each transaction reads one snapshot and cannot write. Raises StoreError for no store."""

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
    def let_read(self, connection: Connection, role: str) -> None:
        """Let a role read every table and view, and write none. Raises StoreError where impossible."""

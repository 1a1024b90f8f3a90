"""Many rows at once, as plain tuples, in the way that the database takes them best.

Instants come as `models.tables.columns.stored_text` has them, since no column type sees the values.
"""

from sqlalchemy import Connection, Table

from sinks.databases import database_of
from sinks.databases.base import Database, Rows


def insert_rows(connection: Connection, table: Table, rows: Rows) -> None:
    """Rows in the order of the table's columns; none of them is there yet."""
    if rows:
        _database(connection).insert(connection, table, rows)


def put_rows(connection: Connection, table: Table, rows: Rows, *, greater: str | None = None) -> None:
    """Rows in the order of the table's columns, no two of one key; each replaces the one of its key.

    With `greater`, only where its value in that column is greater.
    """
    if rows:
        _database(connection).put(connection, table, rows, greater)


def delete_rows(connection: Connection, table: Table, keys: Rows) -> None:
    """By primary key, in the order of its columns."""
    if keys:
        _database(connection).delete(connection, table, keys)


def _database(connection: Connection) -> Database:
    database = database_of(connection.dialect.name)
    assert database is not None, "no store lies in another"  # noqa: S101
    return database

"""Writes of many rows at once, as plain tuples; each function does nothing for no rows.

Instants are texts as of `models.tables.columns.stored_text`, since no column type converts the values.
"""

from sqlalchemy import Connection, Table

from sinks.databases import database_of
from sinks.databases.base import Database, Rows


def insert_rows(connection: Connection, table: Table, rows: Rows) -> None:
    """As `Database.insert`."""
    if rows:
        _database(connection).insert(connection, table, rows)


def put_rows(connection: Connection, table: Table, rows: Rows, *, greater: str | None = None) -> None:
    """As `Database.put`."""
    if rows:
        _database(connection).put(connection, table, rows, greater)


def delete_rows(connection: Connection, table: Table, keys: Rows) -> None:
    """As `Database.delete`."""
    if keys:
        _database(connection).delete(connection, table, keys)


def _database(connection: Connection) -> Database:
    database = database_of(connection.dialect.name)
    assert database is not None, "no store is in another"  # noqa: S101
    return database

"""Many rows at once, as plain tuples: SQLAlchemy words the SQL once, the driver takes the rows as they are.

Instants come as `models.columns.stored_text` has them, since no column type sees the values.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Table, and_, bindparam, delete, insert
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Dialect
from sqlalchemy.sql import ClauseElement

Rows = Sequence[tuple[Any, ...]]


def insert_rows(connection: Connection, table: Table, rows: Rows) -> None:
    """Rows in the order of the table's columns; none of them is there yet."""
    write_rows(connection, insert_text(table, connection.dialect), rows)


def put_rows(connection: Connection, table: Table, rows: Rows) -> None:
    """Rows in the order of the table's columns; each replaces the one of its key."""
    write_rows(connection, _put_text(table, connection.dialect), rows)


def delete_rows(connection: Connection, table: Table, keys: Rows) -> None:
    """By primary key, in the order of its columns."""
    write_rows(connection, _delete_text(table, connection.dialect), keys)


def worded(statement: ClauseElement, names: Sequence[str], dialect: Dialect) -> str:
    """SQL whose parameters are, in this order, `names`."""
    compiled = statement.compile(dialect=dialect)
    taken = tuple(getattr(compiled, "positiontup", None) or ())
    if taken != tuple(names):
        raise TypeError(f"the SQL takes its parameters as {taken}, the rows come as {tuple(names)}")
    return str(compiled)


def upsert(table: Table, dialect: Dialect) -> sqlite.Insert | postgresql.Insert:
    """An INSERT that can say what becomes of a row that is there already."""
    return postgresql.insert(table) if dialect.name == "postgresql" else sqlite.insert(table)


def write_rows(connection: Connection, text: str, rows: Rows) -> None:
    """By SQL of one's own, as `worded` gives it."""
    if rows:
        connection.exec_driver_sql(text, list(rows))


def _names(table: Table) -> tuple[str, ...]:
    return tuple(column.name for column in table.columns)


@lru_cache
def insert_text(table: Table, dialect: Dialect) -> str:
    return worded(insert(table), _names(table), dialect)


@lru_cache
def _put_text(table: Table, dialect: Dialect) -> str:
    row = upsert(table, dialect)
    rest = {column.name: row.excluded[column.name] for column in table.columns if not column.primary_key}
    put = row.on_conflict_do_update(index_elements=list(table.primary_key), set_=rest)
    return worded(put, _names(table), dialect)


@lru_cache
def _delete_text(table: Table, dialect: Dialect) -> str:
    key = tuple(table.primary_key)
    gone = delete(table).where(and_(*(column == bindparam(column.name) for column in key)))
    return worded(gone, tuple(column.name for column in key), dialect)

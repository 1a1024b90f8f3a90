"""Many rows into PostgreSQL: COPY, then one upsert of the copied rows.

Fewer than a hundred rows are put one by one in one round trip: a temporary table costs more than it saves.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import Connection, MetaData, Table, select
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.exc import DBAPIError

from sinks.databases.base import Rows
from sinks.databases.compiling import compile_sql, delete_sql, names_of, replacing

MIN_STAGED_ROWS: Final = 100

_DIALECT: Final = PGDialect_psycopg(paramstyle="format")  # type: ignore[no-untyped-call]


def copy(connection: Connection, table: Table, into: str, rows: Rows) -> None:
    """Append rows to a table that has the columns of `table`."""
    text = f"COPY {into} ({_columns(table)}) FROM STDIN"
    cursor: Any = connection.connection.cursor()
    with _errors_as_sqlalchemy(connection, text), cursor, cursor.copy(text) as copying:
        for row in rows:
            copying.write_row(row)


def put_staged(connection: Connection, table: Table, rows: Rows, greater: str | None) -> None:
    stage, merge = _stage(table), _merge_text(table, greater)
    connection.exec_driver_sql(f"CREATE TEMPORARY TABLE IF NOT EXISTS {stage} (LIKE {table.name})")
    connection.exec_driver_sql(f"TRUNCATE {stage}")
    copy(connection, table, stage, rows)
    connection.exec_driver_sql(merge)


def put_each(connection: Connection, table: Table, rows: Rows, greater: str | None) -> None:
    connection.exec_driver_sql(_put_text(table, greater), list(rows))


def delete_each(connection: Connection, table: Table, keys: Rows) -> None:
    connection.exec_driver_sql(_delete_text(table), list(keys))


@contextmanager
def _errors_as_sqlalchemy(connection: Connection, text: str) -> Iterator[None]:
    """Raise the driver's errors as SQLAlchemy's, and invalidate a dead connection."""
    driver, session = connection.dialect.loaded_dbapi, connection.connection.dbapi_connection
    try:
        yield
    except driver.Error as problem:
        dead = connection.dialect.is_disconnect(problem, session, None)
        if dead:
            connection.invalidate(problem)
        raise DBAPIError.instance(
            text, (), problem, driver.Error, connection_invalidated=dead, dialect=connection.dialect
        ) from problem


def _stage(table: Table) -> str:
    return f"staged_{table.name}"


def _columns(table: Table) -> str:
    return ", ".join(_DIALECT.identifier_preparer.format_column(column) for column in table.columns)


@lru_cache
def _merge_text(table: Table, greater: str | None) -> str:
    staged = table.to_metadata(MetaData(), name=_stage(table))
    insert = postgresql.insert(table).from_select(names_of(table), select(staged))
    return str(replacing(insert, table, greater).compile(dialect=_DIALECT))


@lru_cache
def _put_text(table: Table, greater: str | None) -> str:
    return compile_sql(replacing(postgresql.insert(table), table, greater), _DIALECT, names_of(table))


@lru_cache
def _delete_text(table: Table) -> str:
    return compile_sql(delete_sql(table), _DIALECT, [column.name for column in table.primary_key])

"""SQL on any store by its URL, without the code under test; instants as in SQLite."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, make_url
from sqlalchemy.pool import NullPool

Rows = list[tuple[Any, ...]]


@contextmanager
def opened(url: str) -> Iterator[Connection]:
    """One transaction, committed at the end."""
    with _engine(url).begin() as connection:
        yield connection


def rows(connection: Connection, sql: str) -> Rows:
    result = connection.exec_driver_sql(sql)
    return [tuple(map(_plain, row)) for row in result] if result.returns_rows else []


def columns(connection: Connection, table: str) -> list[str]:
    return list(connection.exec_driver_sql(f"SELECT * FROM {table} LIMIT 0").keys())


def run(url: str, sql: str) -> Rows:
    """Every row of a statement's result."""
    with opened(url) as connection:
        return rows(connection, sql)


@lru_cache
def _engine(url: str) -> Engine:
    """Keeps no connection; is kept, as it asks a server what it is when it connects for the first time."""
    return create_engine(_with_driver(url), poolclass=NullPool)


def _with_driver(url: str) -> str:
    """URL with the driver that SQLAlchemy needs."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "postgresql":
        parsed = parsed.set(drivername="postgresql+psycopg")
    return parsed.render_as_string(hide_password=False)


def _plain(cell: Any) -> Any:
    if isinstance(cell, datetime):
        return cell.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
    return cell

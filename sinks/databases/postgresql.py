"""A store in a PostgreSQL database, in the first schema of its URL's search path."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Engine, Table, create_engine, event
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import URL
from sqlalchemy.pool import NullPool

from models.tables.audiences import RoleKind
from models.tables.catalog import VIEWS
from sinks.base import StoreError
from sinks.databases import bulk, postgresql_copies
from sinks.databases.base import WAIT_SECONDS, Database, Meaning, Rights, Rows
from sinks.databases.roles import rights_on_views, set_rights

DRIVER: Final = "postgresql+psycopg"
WRITERS: Final = 0x5A4B0001
"""First half of the advisory lock of a writing transaction; the second half is the schema's."""

_ALWAYS: Final = (
    "SET TIME ZONE 'UTC'",  # instants are written and read as text without a zone
)
_WRITER: Final = (
    *_ALWAYS,
    f"SET lock_timeout = '{WAIT_SECONDS}s'",
    "SET idle_in_transaction_session_timeout = '5min'",  # for a writer whose machine is gone
    "SET jit = off",  # a batch's queries end before a compilation would
    # A batch finds lines by their members' keys; other joins would scan the history.
    "SET enable_hashjoin = off",
    "SET enable_mergejoin = off",
)
_READER: Final = (
    *_ALWAYS,
    "SET default_transaction_isolation = 'repeatable read'",
    "SET default_transaction_read_only = on",
)
_CONNECT_ARGS: Final = {
    "connect_timeout": "10",
    "keepalives_idle": "15",  # a vanished server is noticed within half a minute
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "30000",
    "application_name": "sambung",
}
"""Defaults, overridden by the URL."""
_READER_CONNECT_ARGS: Final = _CONNECT_ARGS | {
    "connect_timeout": "5",
    "keepalives_idle": "5",
    "tcp_user_timeout": "10000",
}
"""Of readers, which people wait for: a server that has vanished is given up sooner, and looked for again."""


class Postgresql(Database):
    name = "PostgreSQL"
    advice = "See that the server runs, that the database is there, and that you may create tables in it."
    first_step = "Give an empty database (CREATE DATABASE)"
    copy_begins = b"PGDMP"
    after_failure = "Its tables are in the database, to be looked at. Drop the database, or its schema."

    def writer(self, url: URL) -> Engine:
        engine = _engine(url, _WRITER, pool_pre_ping=True)  # the server may have been restarted since

        @event.listens_for(engine, "begin")
        def _begin(connection: Connection) -> None:
            # Locked first: at READ COMMITTED all later statements see what the previous writer committed.
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({WRITERS}, hashtext(current_schema()))")

        return engine

    def reader(self, url: URL) -> Engine:
        return _engine(url, _READER, _READER_CONNECT_ARGS, pool_pre_ping=True)

    def side_writer(self, url: URL, wait_seconds: int) -> Engine:
        """Takes no lock of writers, so it waits for none."""
        limits = (f"SET lock_timeout = '{wait_seconds}s'", f"SET statement_timeout = '{wait_seconds}s'")
        return _engine(url, (*_ALWAYS, *limits), pool_pre_ping=True)

    def insert(self, connection: Connection, table: Table, rows: Rows) -> None:
        bulk.copy(connection, table, table.name, rows)

    def put(self, connection: Connection, table: Table, rows: Rows, greater: str | None) -> None:
        if len(rows) < bulk.MIN_STAGED_ROWS:
            bulk.put_each(connection, table, rows, greater)
        else:
            bulk.put_staged(connection, table, rows, greater)

    def delete(self, connection: Connection, table: Table, keys: Rows) -> None:
        bulk.delete_each(connection, table, keys)

    def describe(self, connection: Connection, meanings: Iterable[Meaning]) -> None:
        for comment in _comments(meanings):
            connection.exec_driver_sql(comment)

    def set_rights(self, connection: Connection, roles: Mapping[RoleKind, str]) -> Rights:
        return set_rights(connection, roles)

    def rights_on_views(self, connection: Connection) -> Sequence[str]:
        return rights_on_views(connection)

    def back_up(self, connection: Connection, url: URL, file: Path) -> None:
        postgresql_copies.back_up(connection, url, file)

    def revision_in(self, url: URL, file: Path) -> str | None:
        return postgresql_copies.revision_in(session(url), url, file)

    def restored(self, url: URL, file: Path) -> AbstractContextManager[URL]:
        return postgresql_copies.restored(self.writer(url), url, file)


def _comments(meanings: Iterable[Meaning]) -> Iterator[str]:
    """One COMMENT statement per meaning."""
    quoted = postgresql.dialect().identifier_preparer.quote  # type: ignore[no-untyped-call]
    for table, column, meaning in meanings:
        kind = "VIEW" if table in VIEWS else "TABLE"
        target = f"COLUMN {quoted(table)}.{quoted(column)}" if column else f"{kind} {quoted(table)}"
        comment = meaning.replace("'", "''").replace("%", "%%")  # the driver takes % for a parameter
        yield f"COMMENT ON {target} IS '{comment}'"


def session(url: URL) -> Engine:
    """For a lock that lasts as long as its connection: each is new, without a transaction."""
    return _engine(url, _ALWAYS, poolclass=NullPool, isolation_level="AUTOCOMMIT")


def _engine(
    url: URL, settings: Sequence[str], connect: Mapping[str, str] = _CONNECT_ARGS, **options: Any
) -> Engine:
    defaults = {name: value for name, value in connect.items() if name not in url.query}
    try:
        engine = create_engine(
            url.set(drivername=DRIVER), connect_args=defaults, hide_parameters=True, **options
        )
    except ModuleNotFoundError as problem:
        raise StoreError(
            "A store in PostgreSQL needs a driver that is not installed: pip install 'sambung[postgresql]'"
        ) from problem

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: object) -> None:
        for setting in settings:
            connection.execute(setting)
        connection.commit()

    return engine

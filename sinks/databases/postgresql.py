"""A store in a PostgreSQL database, in the schema that its URL's search path names first."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from sqlalchemy import Connection, Engine, Table, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.pool import NullPool

from sinks.base import StoreError
from sinks.databases import bulk
from sinks.databases.base import WAIT_SECONDS, Database, Rows
from sinks.databases.describing import Meaning, comments
from sinks.databases.roles import let_read

DRIVER: Final = "postgresql+psycopg"
WRITERS: Final = 0x5A4B0001
"""First half of the advisory lock that a writing transaction holds; the second half is the schema's."""

_ALWAYS: Final = (
    "SET TIME ZONE 'UTC'",  # instants go in and come out as text without a zone
)
_WRITER: Final = (
    *_ALWAYS,
    f"SET lock_timeout = '{WAIT_SECONDS}s'",
    "SET idle_in_transaction_session_timeout = '5min'",  # of a writer whose machine is gone
    "SET jit = off",  # a batch's queries are done before they would be compiled
    # A batch finds lines through their members, by key; other joins would read all the history.
    "SET enable_hashjoin = off",
    "SET enable_mergejoin = off",
)
_READER: Final = (
    *_ALWAYS,
    "SET default_transaction_isolation = 'repeatable read'",
    "SET default_transaction_read_only = on",
)
_PATIENCE: Final = {
    "connect_timeout": "10",
    "keepalives_idle": "15",  # a server that is gone without a word is noticed within half a minute
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "30000",
    "application_name": "sambung",
}
"""Of connections, where the URL says nothing else."""


class Postgresql(Database):
    advice = "See that the server runs, that the database is there, and that you may create tables in it."
    first_step = "Give an empty database (CREATE DATABASE)"

    def writer(self, url: URL) -> Engine:
        engine = _engine(url, _WRITER, pool_pre_ping=True)  # the server may have been restarted since

        @event.listens_for(engine, "begin")
        def _begin(connection: Connection) -> None:
            # The lock comes first, so that at READ COMMITTED all after it sees what the one before committed.
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({WRITERS}, hashtext(current_schema()))")

        return engine

    def reader(self, url: URL) -> Engine:
        return _engine(url, _READER, pool_pre_ping=True)

    def insert(self, connection: Connection, table: Table, rows: Rows) -> None:
        bulk.copy(connection, table, table.name, rows)

    def put(self, connection: Connection, table: Table, rows: Rows, greater: str | None) -> None:
        if len(rows) < bulk.STAGED_FROM:
            bulk.put_each(connection, table, rows, greater)
        else:
            bulk.put_staged(connection, table, rows, greater)

    def delete(self, connection: Connection, table: Table, keys: Rows) -> None:
        bulk.delete_each(connection, table, keys)

    def describe(self, connection: Connection, meanings: Iterable[Meaning]) -> None:
        for comment in comments(meanings):
            connection.exec_driver_sql(comment)

    def let_read(self, connection: Connection, role: str) -> None:
        let_read(connection, role)


def session(url: URL) -> Engine:
    """For what is held as long as one connection: each is new, and no transaction is open on it."""
    return _engine(url, _ALWAYS, poolclass=NullPool, isolation_level="AUTOCOMMIT")


def _engine(url: URL, settings: Sequence[str], **options: Any) -> Engine:
    patience = {name: value for name, value in _PATIENCE.items() if name not in url.query}
    try:
        engine = create_engine(
            url.set(drivername=DRIVER), connect_args=patience, hide_parameters=True, **options
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

"""The store behind a database URL: opened, set up when empty, refused when another release made it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, NamedTuple

from sqlalchemy import Connection, Engine, inspect, select
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError

from models.tables.bookkeeping import StoreRevisionRow
from models.tables.columns import STORE, VIEWS, table_of
from sinks.base import StoreError
from sinks.databases import database_of, postgresql
from sinks.databases.base import Database

REVISION: Final = "0001"
"""The schema that this release works on: the newest of `sinks/migrations/versions`."""
EXAMPLES: Final = "sqlite:///PATH or postgresql://USER@HOST/DATABASE"


def open_store(url: str) -> Engine:
    """For a sink: sets an empty store up. Raises StoreError for a store of another release."""
    database, parsed = parse(url)
    engine = database.writer(parsed)
    with _opening(engine, database, parsed) as connection:
        if _ours(connection):
            _check(connection, database, parsed)
        else:
            _brought(connection, None, parsed)
    return engine


def open_for_reading(url: str) -> Engine:
    """For a report: one transaction sees one moment. Raises StoreError where there is no store to read."""
    database, parsed = parse(url)
    engine = database.reader(parsed)
    with _opening(engine, database, parsed) as connection:
        _check(connection, database, parsed)
    return engine


def open_session(url: str) -> Connection:
    """A connection of its own to a store in PostgreSQL, with no transaction."""
    return postgresql.session(parse(url)[1]).connect()


class Migrated(NamedTuple):
    before: str | None
    """Revision; None of a database that had no store."""
    after: str


def migrate(url: str, reader: str | None = None) -> Migrated:
    """Bring a store to this release's schema, and let a role read it; whole or not at all.

    Raises StoreError.
    """
    database, parsed = parse(url)
    engine = database.writer(parsed)
    with _opening(engine, database, parsed) as connection:
        before = _revision(connection)
        if before is None and _ours(connection):
            raise _no_store(database, parsed)
        after = _brought(connection, before, parsed)
        if reader is not None:
            database.let_read(connection, reader)
    engine.dispose()
    return Migrated(before, after)


def parse(url: str) -> tuple[Database, URL]:
    """The kind of database, and the URL. Raises StoreError for what no store can lie in."""
    try:
        parsed = make_url(url)
    except ArgumentError as problem:
        raise StoreError(f"{url!r} is no database URL. Write {EXAMPLES}.") from problem
    database = database_of(parsed.drivername)
    if database is None:
        raise StoreError(f"{_shown(parsed)} is no store that this release can use. Write {EXAMPLES}.")
    return database, parsed


def _shown(url: URL) -> str:
    return url.render_as_string(hide_password=True)


@contextmanager
def _opening(engine: Engine, database: Database, url: URL) -> Iterator[Connection]:
    """The first transaction; the engine is let go of when it fails."""
    try:
        with engine.begin() as connection:
            yield connection
    except DBAPIError as problem:
        engine.dispose()
        raise StoreError(
            f"The store {_shown(url)} cannot be opened: {said(problem)}. {database.advice}"
        ) from problem
    except BaseException:
        engine.dispose()
        raise


def said(problem: DBAPIError) -> str:
    """What a database said, in its first line: PostgreSQL quotes rows in those after it."""
    return str(problem.orig).partition("\n")[0]


def _ours(connection: Connection) -> set[str]:
    """Our tables and views that the database has."""
    store = inspect(connection)
    return {*store.get_table_names(), *store.get_view_names()} & {*STORE.tables, *VIEWS.tables}


def _revision(connection: Connection) -> str | None:
    """None where the tables are no store, or not a whole one."""
    revision = table_of(StoreRevisionRow)
    if revision.name not in _ours(connection):
        return None
    return connection.scalar(select(revision.c.version_num))


def _check(connection: Connection, database: Database, url: URL) -> None:
    revision = _revision(connection)
    if revision is None:
        raise _no_store(database, url)
    if revision == REVISION:
        return
    from sinks.migrations import (  # noqa: PLC0415  alembic takes a third of a second to import
        running as migrating,
    )

    if not migrating.is_known(revision):
        raise _newer(revision, url)
    raise StoreError(
        f"The store {_shown(url)} has the schema {revision}; this release needs {REVISION}. "
        f"Run `sambung migrate --database {_shown(url)}`."
    )


def _brought(connection: Connection, before: str | None, url: URL) -> str:
    from sinks.migrations import running as migrating  # noqa: PLC0415  as above

    if before is not None and not migrating.is_known(before):
        raise _newer(before, url)
    return migrating.bring(connection, before)


def _no_store(database: Database, url: URL) -> StoreError:
    return StoreError(
        f"{_shown(url)} has no store of sambung's, or not a whole one. {database.first_step}, and "
        "`sambung replay` makes one."
    )


def _newer(revision: str, url: URL) -> StoreError:
    return StoreError(
        f"The store {_shown(url)} has the schema {revision}; this release knows {REVISION}. "
        "A newer release made it: install that one."
    )

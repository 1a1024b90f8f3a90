"""The store at a database URL: opened, set up when empty, refused when another release made it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Final, NamedTuple

from sqlalchemy import Connection, Engine, select
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError

from models.tables.audiences import RoleKind
from models.tables.bookkeeping import StoreRevisionRow
from models.tables.columns import table_of
from sinks.base import StoreError
from sinks.databases import database_of, postgresql
from sinks.databases.base import WAIT_SECONDS, Database, Rights, own_tables

REVISION: Final = "0004"
"""The schema that this release works on: the newest of `sinks/migrations/versions`."""
EXAMPLES: Final = "sqlite:///PATH or postgresql://USER@HOST/DATABASE"


def open_store(url: str) -> Engine:
    """For a sink: an empty store is set up. Raises StoreError for a store of another release."""
    database, parsed = parse(url)
    engine = database.writer(parsed)
    with _first_transaction(engine, database, parsed) as connection:
        if own_tables(connection):
            _check(connection, database, parsed)
        else:
            _upgrade(connection, None, parsed)
    return engine


def open_for_reading(url: str, *, also_older: bool = False) -> Engine:
    """For a report: each transaction reads one snapshot. Raises StoreError where there is no store.

    A store of an older release is read only by what knows how.
    """
    database, parsed = parse(url)
    engine = database.reader(parsed)
    with _first_transaction(engine, database, parsed) as connection:
        _check(connection, database, parsed, also_older=also_older)
    return engine


def open_side_writer(url: str, wait_seconds: int = WAIT_SECONDS) -> Engine:
    """For tables that no sink writes: nobody waits for a worker's lock. Raises StoreError as for reading."""
    database, parsed = parse(url)
    engine = database.side_writer(parsed, wait_seconds)
    with _first_transaction(engine, database, parsed) as connection:
        _check(connection, database, parsed)
    return engine


def open_session(url: str) -> Connection:
    """A separate connection to a store in PostgreSQL, without a transaction."""
    return postgresql.session(parse(url)[1]).connect()


class Migrated(NamedTuple):
    before: str | None
    """Revision; None for a database without a store."""
    after: str
    rights: Rights


def migrate(url: str, roles: Mapping[RoleKind, str] | None = None) -> Migrated:
    """Upgrade a store to this release's schema and set the rights of roles, in one transaction.

    Raises StoreError.
    """
    roles = roles or {}
    _refuse_two_kinds(roles)
    database, parsed = parse(url)
    engine = database.writer(parsed)
    with _first_transaction(engine, database, parsed) as connection:
        before = _revision(connection)
        if before is None and own_tables(connection):
            raise _no_store(database, parsed)
        after = _upgrade(connection, before, parsed)
        rights = database.set_rights(connection, roles)
    engine.dispose()
    return Migrated(before, after, rights)


def _refuse_two_kinds(roles: Mapping[RoleKind, str]) -> None:
    for role in roles.values():
        kinds = [kind for kind, named in roles.items() if named == role]
        if len(kinds) > 1:
            raise StoreError(f"The role {role!r} is named as {' and as '.join(kinds)}: name two roles.")


def parse(url: str) -> tuple[Database, URL]:
    """The kind of database and the URL. Raises StoreError for one that cannot hold a store."""
    try:
        parsed = make_url(url)
    except ArgumentError as problem:
        raise StoreError(f"{url!r} is no database URL. Write {EXAMPLES}.") from problem
    database = database_of(parsed.drivername)
    if database is None:
        raise StoreError(
            f"{_without_password(parsed)} is no store that this release can use. Write {EXAMPLES}."
        )
    return database, parsed


def _without_password(url: URL) -> str:
    return url.render_as_string(hide_password=True)


@contextmanager
def _first_transaction(engine: Engine, database: Database, url: URL) -> Iterator[Connection]:
    """The first transaction; disposes of the engine when it fails."""
    try:
        with engine.begin() as connection:
            yield connection
    except DBAPIError as problem:
        engine.dispose()
        raise StoreError(
            f"The store {_without_password(url)} cannot be opened: {first_line(problem)}. {database.advice}"
        ) from problem
    except BaseException:
        engine.dispose()
        raise


def first_line(problem: DBAPIError) -> str:
    """First line of a database's message: PostgreSQL quotes rows in the later ones."""
    return str(problem.orig).partition("\n")[0]


def _revision(connection: Connection) -> str | None:
    """None where the tables are no store, or an incomplete one."""
    revision = table_of(StoreRevisionRow)
    if revision.name not in own_tables(connection):
        return None
    return connection.scalar(select(revision.c.version_num))


def _check(connection: Connection, database: Database, url: URL, *, also_older: bool = False) -> None:
    revision = _revision(connection)
    if revision is None:
        raise _no_store(database, url)
    if revision == REVISION:
        return
    from sinks.migrations import revisions  # noqa: PLC0415  alembic takes a third of a second to import

    if not revisions.is_known(revision):
        raise newer(revision, f"The store {_without_password(url)}")
    if also_older:
        return
    raise StoreError(
        f"The store {_without_password(url)} has the schema {revision}; this release needs {REVISION}. "
        f"Run `sambung migrate --database {_without_password(url)}`."
    )


def _upgrade(connection: Connection, before: str | None, url: URL) -> str:
    from sinks.migrations import revisions  # noqa: PLC0415  as above

    if before is not None and not revisions.is_known(before):
        raise newer(before, f"The store {_without_password(url)}")
    return revisions.upgrade(connection, before)


def _no_store(database: Database, url: URL) -> StoreError:
    return StoreError(
        f"{_without_password(url)} has no store of sambung's, or not a whole one. {database.first_step}, and "
        "`sambung replay` makes one."
    )


def newer(revision: str, what: str) -> StoreError:
    return StoreError(
        f"{what} has the schema {revision}; this release knows {REVISION}. A newer release made it: install "
        "that one."
    )

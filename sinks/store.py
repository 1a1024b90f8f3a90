"""The store behind a database URL: opened, set up when empty, refused when another release made it."""

from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Engine, create_engine, event, insert, inspect, select
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError

from models.bookkeeping import SCHEMA_NUMBER, StoreSchemaRow
from models.columns import STORE, VIEWS, table_of
from models.views import create_views
from sinks.base import StoreError

_WAIT_SECONDS: Final = 60
"""How long one writer waits for another's transaction."""
_CACHE: Final = ("PRAGMA cache_size = -65536", "PRAGMA temp_store = MEMORY")  # 64 MiB
_WRITER: Final = (
    *_CACHE,
    "PRAGMA journal_mode = WAL",  # readers never wait for the writer, nor it for them
    "PRAGMA synchronous = NORMAL",  # whole after a power cut, if a few batches old: so are the positions
)
_READER: Final = (*_CACHE, "PRAGMA query_only = ON")


def open_store(url: str) -> Engine:
    """For a sink: sets an empty store up. Raises StoreError for a store of another release."""
    parsed = _parse(url)
    engine = _engine(parsed, _WRITER, "BEGIN IMMEDIATE")
    return _opened(engine, parsed, set_up_when_empty=True)


def open_for_reading(url: str) -> Engine:
    """For a report: one transaction sees one moment. Raises StoreError where there is no store to read."""
    parsed = _parse(url)
    file = parsed.database
    if file is None or not Path(file).is_file():
        raise StoreError(f"There is no store at {file}. `sambung replay FILE --database {url}` makes one.")
    return _opened(_engine(parsed, _READER, "BEGIN"), parsed, set_up_when_empty=False)


def _parse(url: str) -> URL:
    try:
        parsed = make_url(url)
    except ArgumentError as problem:
        raise StoreError(f"{url!r} is no database URL. Write sqlite:///PATH.") from problem
    if parsed.get_backend_name() != "sqlite":
        raise StoreError(f"{_shown(parsed)} is no store that this release can use. Write sqlite:///PATH.")
    return parsed


def _shown(url: URL) -> str:
    return url.render_as_string(hide_password=True)


def _engine(url: URL, pragmas: tuple[str, ...], begin: str) -> Engine:
    # An error's text would quote what it was about to write, people's data included.
    engine = create_engine(url, connect_args={"timeout": _WAIT_SECONDS}, hide_parameters=True)

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # transactions begin where SQLAlchemy says, not at a first write
        for pragma in pragmas:
            connection.execute(pragma)

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


def _opened(engine: Engine, url: URL, *, set_up_when_empty: bool) -> Engine:
    try:
        with engine.begin() as connection:
            if set_up_when_empty and not _names(connection):
                _set_up(connection)
            else:
                _check(connection, url)
    except DBAPIError as problem:
        engine.dispose()
        raise StoreError(
            f"The store {_shown(url)} cannot be opened: {problem.orig}. See that its directory is there, "
            "that you may write to it, and that the file is a database."
        ) from problem
    except StoreError:
        engine.dispose()
        raise
    return engine


def _names(connection: Connection) -> set[str]:
    """Our tables and views that the store has."""
    store = inspect(connection)
    return {*store.get_table_names(), *store.get_view_names()} & {*STORE.tables, *VIEWS.tables}


def _set_up(connection: Connection) -> None:
    STORE.create_all(connection)
    for view in create_views(connection.dialect):
        connection.exec_driver_sql(view)
    connection.execute(insert(table_of(StoreSchemaRow)).values(number=SCHEMA_NUMBER))


def _check(connection: Connection, url: URL) -> None:
    schema = table_of(StoreSchemaRow)
    known = schema.name in _names(connection)
    number = connection.scalar(select(schema.c.number)) if known else None
    if number is None:
        raise StoreError(
            f"{_shown(url)} has no store of sambung's, or not a whole one. Give a new file, and "
            "`sambung replay` makes one."
        )
    if number < SCHEMA_NUMBER:
        raise StoreError(
            f"The store {_shown(url)} has schema {number}; this release needs {SCHEMA_NUMBER}. "
            f"Run `sambung migrate --database {_shown(url)}`."
        )
    if number > SCHEMA_NUMBER:
        raise StoreError(
            f"The store {_shown(url)} has schema {number}; this release knows {SCHEMA_NUMBER}. "
            "A newer release made it: install that one."
        )

"""A store in one SQLite file."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Engine, Table, create_engine, event, insert
from sqlalchemy.dialects import sqlite
from sqlalchemy.engine import URL, Dialect

from models.tables.audiences import RoleKind
from sinks.base import StoreError
from sinks.databases import sqlite_copies
from sinks.databases.base import WAIT_SECONDS, Database, Meaning, Rights, Rows
from sinks.databases.compiling import compile_sql, delete_sql, names_of, replacing

_WRITER: Final = (
    "PRAGMA cache_size = -65536",  # 64 MiB
    "PRAGMA temp_store = MEMORY",
    "PRAGMA journal_mode = WAL",  # readers and the writer never wait for each other
)
_SIDE_WRITER: Final = ("PRAGMA synchronous = FULL",)
SYNCHRONOUS: Final = "synchronous"
"""In the query of a URL: `sqlite:///sambung.db?synchronous=full`."""
_SYNCHRONOUS: Final = {
    "normal": "PRAGMA synchronous = NORMAL",  # a power cut can lose the last batches, with their positions
    "full": "PRAGMA synchronous = FULL",  # what was committed survives it
}
_READER: Final = (
    "PRAGMA cache_size = -8192",  # 8 MiB: a gateway has a dozen, and reports take as long with more
    "PRAGMA temp_store = FILE",  # else each thread of a gateway keeps the memory of its largest sort
    "PRAGMA query_only = ON",
)


class Sqlite(Database):
    name = "SQLite"
    advice = "See that its directory is there, that you may write to it, and that the file is a database."
    first_step = "Give a new file"
    copy_begins = b"SQLite format 3\0"
    after_failure = "Nothing was restored."

    def writer(self, url: URL) -> Engine:
        kept = _SYNCHRONOUS.get(str(url.query.get(SYNCHRONOUS, "normal")))
        if kept is None:
            raise StoreError(f"{url}: {SYNCHRONOUS} is {' or '.join(_SYNCHRONOUS)}.")
        return _engine(url, (*_WRITER, kept), "BEGIN IMMEDIATE")

    def reader(self, url: URL) -> Engine:
        _check_there(url)
        return _engine(url, _READER, "BEGIN")

    def side_writer(self, url: URL, wait_seconds: int) -> Engine:
        _check_there(url)
        return _engine(url, _SIDE_WRITER, "BEGIN IMMEDIATE", wait_seconds)

    def insert(self, connection: Connection, table: Table, rows: Rows) -> None:
        connection.exec_driver_sql(_insert_text(table, connection.dialect), list(rows))

    def put(self, connection: Connection, table: Table, rows: Rows, greater: str | None) -> None:
        connection.exec_driver_sql(_put_text(table, connection.dialect, greater), list(rows))

    def delete(self, connection: Connection, table: Table, keys: Rows) -> None:
        connection.exec_driver_sql(_delete_text(table, connection.dialect), list(keys))

    def describe(self, connection: Connection, meanings: Iterable[Meaning]) -> None:
        """SQLite has no comments; the table `table_description` has the same meanings."""

    def set_rights(self, connection: Connection, roles: Mapping[RoleKind, str]) -> Rights:  # noqa: ARG002
        for role in roles.values():
            raise StoreError(
                f"A store in SQLite is a file and knows no role {role!r}: let the person read the file and "
                "not write it. Who reads the file reads all of it."
            )
        return Rights({}, ())

    def rights_on_views(self, connection: Connection) -> Sequence[str]:  # noqa: ARG002
        return ()

    def back_up(self, connection: Connection, url: URL, file: Path) -> None:  # noqa: ARG002
        sqlite_copies.back_up(connection, file)

    def revision_in(self, url: URL, file: Path) -> str | None:  # noqa: ARG002
        return sqlite_copies.revision_in(file)

    def restored(self, url: URL, file: Path) -> AbstractContextManager[URL]:
        return sqlite_copies.restored(url, file)


def _check_there(url: URL) -> None:
    file = url.database
    if file is None or not Path(file).is_file():
        raise StoreError(f"There is no store at {file}. `sambung replay FILE --database {url}` makes one.")


def _engine(url: URL, pragmas: tuple[str, ...], begin: str, wait_seconds: int = WAIT_SECONDS) -> Engine:
    file = url.difference_update_query([SYNCHRONOUS])
    engine = create_engine(file, connect_args={"timeout": wait_seconds}, hide_parameters=True)

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # SQLAlchemy begins transactions, not the first write
        for pragma in pragmas:
            connection.execute(pragma)

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


@lru_cache
def _insert_text(table: Table, dialect: Dialect) -> str:
    return compile_sql(insert(table), dialect, names_of(table))


@lru_cache
def _put_text(table: Table, dialect: Dialect, greater: str | None) -> str:
    return compile_sql(replacing(sqlite.insert(table), table, greater), dialect, names_of(table))


@lru_cache
def _delete_text(table: Table, dialect: Dialect) -> str:
    return compile_sql(delete_sql(table), dialect, [column.name for column in table.primary_key])

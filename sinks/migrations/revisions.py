"""Schema revisions, run by alembic in the caller's transaction.

A revision is a module in `sinks/migrations/versions`. It changes tables only: views hold no rows, so every
migration creates them anew, with the rights that they had, and rewrites the descriptions of tables and
columns.
"""

from pathlib import Path
from typing import Final

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, delete

from models.tables.bookkeeping import StoreRevisionRow, TableDescriptionRow
from models.tables.columns import table_of
from models.tables.meanings import all_meanings
from models.tables.views import create_views, drop_views
from sinks.databases import database_of
from sinks.databases.base import Database
from sinks.databases.writing import insert_rows

FOLDERS: Final = [Path(__file__).parent / "versions"]
"""Folders with revisions."""


def newest() -> str:
    """The newest revision that this release knows."""
    return str(_scripts().get_current_head())


def is_known(revision: str) -> bool:
    return revision in {one.revision for one in _scripts().walk_revisions()}


def upgrade(connection: Connection, before: str | None) -> str:
    """Bring an empty store (None) or an older one to the newest revision, and return that revision.

    Of a store that has it already only the descriptions are rewritten.
    """
    if before != newest():
        rights = _database(connection).rights_on_views(connection)
        for view in drop_views():
            connection.exec_driver_sql(view)
        _run_revisions(connection)
        for statement in (*create_views(connection.dialect), *rights):
            connection.exec_driver_sql(statement)
    _describe(connection)
    return newest()


def _run_revisions(connection: Connection) -> None:
    scripts = _scripts()

    def steps(revision: str, _: object) -> object:
        return scripts._upgrade_revs("head", revision)  # noqa: SLF001  as alembic's own command does

    with EnvironmentContext(Config(), scripts, fn=steps, destination_rev="head") as environment:
        environment.configure(
            connection=connection, version_table=table_of(StoreRevisionRow).name, render_as_batch=True
        )
        environment.run_migrations()


def _describe(connection: Connection) -> None:
    table, meanings = table_of(TableDescriptionRow), list(all_meanings())
    connection.execute(delete(table))
    insert_rows(connection, table, meanings)
    _database(connection).describe(connection, meanings)


def _database(connection: Connection) -> Database:
    database = database_of(connection.dialect.name)
    assert database is not None, "it was opened"  # noqa: S101
    return database


def _scripts() -> ScriptDirectory:
    return ScriptDirectory(str(FOLDERS[0]), version_locations=[str(folder) for folder in FOLDERS])

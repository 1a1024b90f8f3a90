"""The databases that can hold a store."""

from typing import Final

from sinks.databases.base import Database
from sinks.databases.postgresql import DRIVER, Postgresql
from sinks.databases.sqlite import Sqlite

DATABASES: Final[tuple[type[Database], ...]] = (Sqlite, Postgresql)


def database_of(name: str) -> Database | None:
    """By its name in a URL or in SQLAlchemy; None for one that cannot hold a store."""
    if name in {"postgresql", "postgres", DRIVER}:
        return Postgresql()
    return Sqlite() if name in {"sqlite", "sqlite+pysqlite"} else None

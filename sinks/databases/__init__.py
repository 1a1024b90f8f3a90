"""The databases that a store may lie in."""

from sinks.databases.base import Database
from sinks.databases.postgresql import DRIVER, Postgresql
from sinks.databases.sqlite import Sqlite


def database_of(name: str) -> Database | None:
    """By a URL's name of it, or SQLAlchemy's; None for one that no store can lie in."""
    if name in {"postgresql", "postgres", DRIVER}:
        return Postgresql()
    return Sqlite() if name in {"sqlite", "sqlite+pysqlite"} else None

"""Reports over a store, each in one read-only transaction."""

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import Connection

from sinks.store import open_for_reading

Result = TypeVar("Result")


def read(database: str, report: Callable[[Connection], Result]) -> Result:
    """Raises StoreError where there is no store."""
    engine = open_for_reading(database)
    try:
        with engine.begin() as connection:
            return report(connection)
    finally:
        engine.dispose()

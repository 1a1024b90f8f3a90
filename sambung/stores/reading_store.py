"""Reports over a store, each in one read-only transaction."""

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import Connection

from sinks.store import open_for_reading

Result = TypeVar("Result")


def read(database: str, report: Callable[[Connection], Result], *, also_older: bool = False) -> Result:
    """Raises StoreError where there is no store, or one of another release."""
    engine = open_for_reading(database, also_older=also_older)
    try:
        with engine.begin() as connection:
            return report(connection)
    finally:
        engine.dispose()

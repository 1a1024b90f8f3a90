"""Changes of tables that no sink writes, beside a worker that writes the others."""

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import Connection

from sinks.store import open_side_writer

Result = TypeVar("Result")


def change(database: str, what: Callable[[Connection], Result]) -> Result:
    """In one transaction. Raises StoreError where there is no store, or one of another release."""
    engine = open_side_writer(database)
    try:
        with engine.begin() as connection:
            return what(connection)
    finally:
        engine.dispose()

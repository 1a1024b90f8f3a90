"""Empty stores for a bench, of each kind of database; PostgreSQL where it is installed."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from itertools import count
from pathlib import Path

from tests.services.postgres import PROGRAMS, postgres_server

NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


@contextmanager
def stores(folder: Path) -> Iterator[dict[str, Callable[[], str]]]:
    """By kind, a function that makes an empty store and returns its URL. PostgreSQL runs without `fsync`."""
    numbers = count(1)
    kinds = {"sqlite": lambda: f"sqlite:///{folder}/store-{next(numbers)}.db"}
    with ExitStack() as stack:
        if (PROGRAMS / "initdb").exists():
            kinds["postgresql"] = stack.enter_context(postgres_server()).new_database
        yield kinds

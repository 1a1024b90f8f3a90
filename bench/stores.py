"""Empty stores for a bench, of each kind of database; PostgreSQL where it is installed."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from itertools import count
from pathlib import Path

from tests.services.postgres import PROGRAMS, postgres_server

NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


@contextmanager
def stores(folder: Path) -> Iterator[dict[str, Callable[[], str]]]:
    """What makes the URL of an empty store, by kind. PostgreSQL is the tests' server: without `fsync`."""
    numbers = count(1)
    kinds = {"sqlite": lambda: f"sqlite:///{folder}/store-{next(numbers)}.db"}
    with ExitStack() as stack:
        if (PROGRAMS / "initdb").exists():
            kinds["postgresql"] = stack.enter_context(postgres_server()).new_database
        yield kinds

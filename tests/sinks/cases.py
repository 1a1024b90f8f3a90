"""Every kind of sink, opened for a test."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from models.tables.bookkeeping import BatchRow, StoreRevisionRow, TableDescriptionRow
from models.tables.catalog import TABLES
from sinks.base import Applied, Batch, Sink
from sinks.sql import SqlSink
from sinks.store import open_store
from tests.empty import begin
from tests.sinks.batches import Watermarks, watermarks
from tests.sinks.memory import MemorySink
from tests.sinks.records import NOW_US, ORIGIN
from tests.sinks.tables import Rows, all_tables
from tests.stores import run

MEMORY = "memory"
STORES = ("sqlite", "postgresql")
KINDS = (MEMORY, *STORES)


@dataclass
class SinkCase:
    """A sink under test, in its first generation, with access to its rows."""

    sink: Sink
    url: str = ""

    def apply(self, *batches: Batch) -> list[Applied]:
        return [self.sink.apply(batch) for batch in batches]

    def rows(self, table: str) -> Rows:
        return self.all_rows()[table]

    def watermarks(self) -> Watermarks:
        return watermarks(self.sink, self.url)

    def all_rows(self) -> dict[str, Rows]:
        return all_tables(self.sink, self.url)


@dataclass(frozen=True)
class Kind:
    """One kind of sink."""

    name: str
    new_url: Callable[[], str]
    """URL of a new store; called once per sink."""

    @contextmanager
    def opened(self) -> Iterator[SinkCase]:
        url = self.new_url()
        case = SinkCase(SqlSink(url), url) if url else SinkCase(MemorySink())
        case.sink.open_generation(ORIGIN, NOW_US)
        try:
            yield case
        finally:
            case.sink.close()


class Files:
    """Copies of an empty SQLite store, each replacing the one before."""

    def __init__(self, folder: Path) -> None:
        self._number, self._folder = 0, folder

    def next_url(self) -> str:
        for old in self._folder.glob(f"{self._number}.db*"):
            old.unlink(missing_ok=True)  # a connection that is closed removes its own
        self._number += 1
        url = f"sqlite:///{self._folder / f'{self._number}.db'}"
        begin(url)
        return url


class Emptied:
    """One store in PostgreSQL, emptied each time: twenty times as fast as a new one."""

    def __init__(self, url: str) -> None:
        self._url = url
        open_store(url).dispose()

    def next_url(self) -> str:
        unchanged = {row.__tablename__ for row in (StoreRevisionRow, TableDescriptionRow, BatchRow)}
        run(self._url, f"TRUNCATE {', '.join(TABLES.keys() - unchanged)}")
        run(self._url, "DELETE FROM batch WHERE batch > 0")
        return self._url

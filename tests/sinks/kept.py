"""Every sink that keeps the promise, opened for a test."""

from dataclasses import dataclass
from pathlib import Path

from sinks.base import Applied, Batch, Sink
from sinks.memory import MemorySink
from sinks.sql import SqlSink
from tests.sinks.records import NOW_US, ORIGIN
from tests.sinks.shown import Rows, shown

KINDS = ("memory", "sqlite")


@dataclass
class Kept:
    """A sink under test, in its first generation, and a way to look at its rows."""

    sink: Sink
    url: str = ""

    def apply(self, *batches: Batch) -> list[Applied]:
        return [self.sink.apply(batch) for batch in batches]

    def rows(self, table: str) -> Rows:
        return self.all_rows()[table]

    def all_rows(self) -> dict[str, Rows]:
        return shown(self.sink, self.url)


def make(kind: str, directory: Path) -> Kept:
    url = f"sqlite:///{directory / 'store.db'}"
    kept = Kept(MemorySink()) if kind == "memory" else Kept(SqlSink(url), url)
    kept.sink.open_generation(ORIGIN, NOW_US)
    return kept

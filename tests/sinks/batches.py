"""What a sink says about the order of its changes, in one shape for all of them."""

import json
from typing import Any, NamedTuple

from models.tables.catalog import TABLES
from sinks.base import Sink
from sinks.rejected.decide import digest
from tests.sinks.memory import MemorySink
from tests.stores import opened, rows

FOLLOWED = ("member", "statement", "live_count", "event", "outreach_event", "inspection", "rejected")
Key = tuple[Any, ...]


class Watermarks(NamedTuple):
    batches: list[tuple[int, bool]]
    """Generation, and whether it is a part of a rebuild's end, of each batch by its number."""
    written: dict[tuple[str, Key], int]
    """The batch that last wrote each row, by table and key; of `rejected`, which has none, by value."""
    removed: dict[tuple[str, Key], int]
    past: list[tuple[Key, int, int, int]]
    """Key, revision, the batch that wrote it and the one that replaced it."""


def watermarks(sink: Sink, url: str = "") -> Watermarks:
    return _in_memory(sink) if isinstance(sink, MemorySink) else _stored(url)


def _stored(url: str) -> Watermarks:
    written: dict[tuple[str, Key], int] = {}
    with opened(url) as connection:
        for table in FOLLOWED:
            names = [column.name for column in TABLES[table].primary_key] or ["value"]
            keys = ", ".join(f'"{name}"' for name in names)
            for *key, batch in rows(connection, f"SELECT {keys}, batch FROM {table}"):
                written[table, tuple(key)] = batch
        batches = rows(connection, "SELECT batch, generation, settle FROM batch ORDER BY batch")
        assert [one[0] for one in batches] == list(range(len(batches)))
        past = rows(connection, "SELECT type, event_id, revision, batch, replaced_by FROM event_past")
        removed = rows(connection, 'SELECT "table", key, batch FROM removed')
    return Watermarks(
        [(generation, bool(settle)) for _, generation, settle in batches],
        written,
        {(table, tuple(json.loads(key))): batch for table, key, batch in removed},
        sorted((one[:2], *one[2:]) for one in past),
    )


def _in_memory(sink: MemorySink) -> Watermarks:
    values = {digest(record): record.value for record in sink.rejected.values()}
    return Watermarks(
        sink.batches,
        {
            (table, (values[str(key[0])],) if table == "rejected" else key): batch
            for (table, key), batch in sink.written.items()
        },
        sink.removed,
        sorted((key, said.revision, *between) for key, said, *between in sink.past),
    )

"""The tables `event`, `outreach_event`, `inspection`: the newest accepted revision of each event."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any, Final

from sqlalchemy import BigInteger, Connection, Engine, Table, bindparam, insert, select, tuple_

from models.tables.columns import table_of
from models.tables.rows import EventPastRow, EventRow, InspectionRow, OutreachEventRow
from sinks.batches import remove_rows
from sinks.databases.reading import among
from sinks.databases.writing import put_rows
from sinks.events.decide import (
    EventChanges,
    EventKey,
    Revision,
    inspection_columns,
    outreach_columns,
    revision,
)

_EVENT, _PAST = table_of(EventRow), table_of(EventPastRow)
_AMONG = (_EVENT.c.type == bindparam("of_type"), among(_EVENT.c.event_id))
_BODIES = select(_EVENT.c.body).where(*_AMONG)
_TO_PAST = insert(_PAST).from_select(
    [column.name for column in _PAST.c],
    select(*_EVENT.c, bindparam("by_batch", type_=BigInteger)).where(*_AMONG),
)
_TABLES_WITH_COLUMNS: Final = (
    ("outreach-event", table_of(OutreachEventRow), outreach_columns),
    ("inspection", table_of(InspectionRow), inspection_columns),
)
PastKey = tuple[str, str, int]
"""Type, event id, and the batch that wrote the revision."""
_CHUNK_EVENTS: Final = 1_000
"""Events have at most 1 MiB, most have 500 bytes."""


def stored_revisions(connection: Connection, keys: Collection[EventKey]) -> dict[EventKey, Revision]:
    stored: dict[EventKey, Revision] = {}
    for kind, event_ids in _ids_by_type(keys).items():
        bodies = connection.scalars(_BODIES, {"of_type": kind, "keys": event_ids}).all()
        stored.update(revision(body.encode()) for body in bodies)
    return stored


def write_events(connection: Connection, change: EventChanges, batch: int) -> None:
    """The rows that are replaced go to `event_past`."""
    for kind, event_ids in _ids_by_type(change.replaced).items():
        connection.execute(_TO_PAST, {"of_type": kind, "keys": event_ids, "by_batch": batch})
    newer = change.newer.items()
    put_rows(connection, _EVENT, [(*key, one.revision, one.body.decode(), batch) for key, one in newer])
    for kind, table, columns in _TABLES_WITH_COLUMNS:
        put_rows(connection, table, [(*columns(one.body), batch) for key, one in newer if key[0] == kind])


def remove_events(connection: Connection, events: Collection[EventKey], batch: int) -> None:
    """Without a past: they are removed for what they say."""
    remove_rows(connection, _EVENT, [*events], batch)
    for kind, table, _ in _TABLES_WITH_COLUMNS:
        of_kind = [(event_id,) for event_type, event_id in events if event_type == kind]
        remove_rows(connection, table, of_kind, batch)


def _ids_by_type(keys: Iterable[EventKey]) -> dict[str, list[str]]:
    ids = defaultdict[str, list[str]](list)
    for kind, event_id in keys:
        ids[kind].append(event_id)
    return ids


def read_archive(engine: Engine) -> Iterator[bytes]:
    """By type and id."""
    return (body for _, body in _bodies_by_key(engine, _EVENT))


def read_past(engine: Engine) -> Iterator[tuple[PastKey, bytes]]:
    """Replaced revisions with their keys."""
    return _bodies_by_key(engine, _PAST)


def remove_past(connection: Connection, keys: Sequence[PastKey], batch: int) -> None:
    remove_rows(connection, _PAST, keys, batch)


def _bodies_by_key(engine: Engine, table: Table) -> Iterator[tuple[tuple[Any, ...], bytes]]:
    """In order of keys, one transaction per chunk, so that a reader never blocks a writer for long."""
    key = tuple(table.primary_key)
    ordered = select(*key, table.c.body).order_by(*key).limit(_CHUNK_EVENTS)
    query = ordered
    while True:
        with engine.begin() as connection:
            chunk = connection.execute(query).all()
        if not chunk:
            return
        for *of_row, body in chunk:
            yield tuple(of_row), body.encode()
        query = ordered.where(tuple_(*key) > tuple(chunk[-1][:-1]))

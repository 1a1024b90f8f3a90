"""The tables `event`, `outreach_event`, `inspection`: the newest accepted revision of each event."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from typing import Final

from sqlalchemy import Connection, Engine, bindparam, select, tuple_

from models.tables.columns import table_of
from models.tables.rows import EventRow, InspectionRow, OutreachEventRow
from sinks.databases.reading import among
from sinks.databases.writing import delete_rows, put_rows
from sinks.events.decide import EventKey, Revision, inspection_columns, outreach_columns, revision

_EVENT = table_of(EventRow)
_BODIES = select(_EVENT.c.body).where(_EVENT.c.type == bindparam("of_type"), among(_EVENT.c.event_id))
_TABLES_WITH_COLUMNS: Final = (
    ("outreach-event", table_of(OutreachEventRow), outreach_columns),
    ("inspection", table_of(InspectionRow), inspection_columns),
)
_CHUNK_EVENTS: Final = 1_000
"""Events have at most 1 MiB, most have 500 bytes."""


def stored_revisions(connection: Connection, keys: Collection[EventKey]) -> dict[EventKey, Revision]:
    ids = defaultdict[str, list[str]](list)
    for kind, event_id in keys:
        ids[kind].append(event_id)
    stored: dict[EventKey, Revision] = {}
    for kind, event_ids in ids.items():
        bodies = connection.scalars(_BODIES, {"of_type": kind, "keys": event_ids}).all()
        stored.update(revision(body.encode()) for body in bodies)
    return stored


def write_events(connection: Connection, events: Mapping[EventKey, Revision]) -> None:
    put_rows(connection, _EVENT, [(*key, one.revision, one.body.decode()) for key, one in events.items()])
    for kind, table, columns in _TABLES_WITH_COLUMNS:
        put_rows(connection, table, [columns(one.body) for key, one in events.items() if key[0] == kind])


def remove_events(connection: Connection, events: Collection[EventKey]) -> None:
    delete_rows(connection, _EVENT, [*events])
    for kind, table, _ in _TABLES_WITH_COLUMNS:
        delete_rows(connection, table, [(event_id,) for of_kind, event_id in events if of_kind == kind])


def read_archive(engine: Engine) -> Iterator[bytes]:
    """By type and id, one transaction per chunk, so that a reader never blocks a writer for long."""
    last = ("", "")
    key = tuple_(_EVENT.c.type, _EVENT.c.event_id)
    while True:
        query = select(_EVENT.c.type, _EVENT.c.event_id, _EVENT.c.body).where(key > last)
        with engine.begin() as connection:
            rows = connection.execute(query.order_by(_EVENT.c.type, _EVENT.c.event_id).limit(_CHUNK_EVENTS))
            chunk = rows.all()
        if not chunk:
            return
        yield from (body.encode() for _, _, body in chunk)
        last = chunk[-1][:2]

"""`event`, `outreach_event`, `inspection`: the newest accepted revision of each event."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from typing import Final

from sqlalchemy import Connection, Engine, bindparam, select, tuple_

from models.tables.columns import table_of
from models.tables.rows import EventRow, InspectionRow, OutreachEventRow
from sinks.databases.reading import among
from sinks.databases.writing import put_rows
from sinks.events.decide import EventKey, Revision, inspection_columns, outreach_columns, revision

_EVENT = table_of(EventRow)
_BODIES = select(_EVENT.c.body).where(_EVENT.c.type == bindparam("of_type"), among(_EVENT.c.event_id))
_DESCRIBED: Final = (
    ("outreach-event", table_of(OutreachEventRow), outreach_columns),
    ("inspection", table_of(InspectionRow), inspection_columns),
)
_EVENTS_A_CHUNK: Final = 1_000
"""Of the archive; an event is at most 1 MiB, most are 500 bytes."""


def kept_revisions(connection: Connection, keys: Collection[EventKey]) -> dict[EventKey, Revision]:
    ids = defaultdict[str, list[str]](list)
    for kind, event_id in keys:
        ids[kind].append(event_id)
    kept: dict[EventKey, Revision] = {}
    for kind, of_kind in ids.items():
        bodies = connection.scalars(_BODIES, {"of_type": kind, "keys": of_kind}).all()
        kept.update(revision(body.encode()) for body in bodies)
    return kept


def write_events(connection: Connection, events: Mapping[EventKey, Revision]) -> None:
    put_rows(connection, _EVENT, [(*key, one.revision, one.body.decode()) for key, one in events.items()])
    for kind, table, columns in _DESCRIBED:
        put_rows(connection, table, [columns(one.body) for key, one in events.items() if key[0] == kind])


def read_archive(engine: Engine) -> Iterator[bytes]:
    """By type and id, a chunk and a transaction at a time, so that no reader holds up a writer."""
    last = ("", "")
    place = tuple_(_EVENT.c.type, _EVENT.c.event_id)
    while True:
        query = select(_EVENT.c.type, _EVENT.c.event_id, _EVENT.c.body).where(place > last)
        with engine.begin() as connection:
            rows = connection.execute(query.order_by(_EVENT.c.type, _EVENT.c.event_id).limit(_EVENTS_A_CHUNK))
            chunk = rows.all()
        if not chunk:
            return
        yield from (body.encode() for _, _, body in chunk)
        last = chunk[-1][:2]

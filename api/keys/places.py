"""Where a key may publish: at its places, and nothing that stands elsewhere."""

from collections.abc import Collection, Mapping
from typing import Final

import msgspec
from sqlalchemy import Connection, literal, select, union_all

from api.keys.key import Key
from models.events import Event
from models.tables.columns import table_of
from models.tables.rows import EventRow, InspectionRow, OutreachEventRow
from sinks.databases.reading import among

EventKey = tuple[str, str]
"""Type and id of an event."""

ENROLLMENT: Final = "enrollment"
_EVENT, _OUTREACH, _INSPECTION = table_of(EventRow), table_of(OutreachEventRow), table_of(InspectionRow)
_STANDING: Final = union_all(
    *(
        select(literal(kind), table.c.event_id, table.c.place).where(among(table.c.event_id))
        for kind, table in (("outreach-event", _OUTREACH), ("inspection", _INSPECTION))
    ),
    select(_EVENT.c.type, _EVENT.c.event_id, _EVENT.c.body).where(
        _EVENT.c.type == ENROLLMENT, among(_EVENT.c.event_id)
    ),
)


class _Placed(msgspec.Struct):
    place: str


_placed = msgspec.json.Decoder(_Placed).decode


def standing_places(connection: Connection, events: Collection[EventKey]) -> dict[EventKey, str]:
    """Places of the revisions that stand in the store, of those events that it has; one query."""
    rows = connection.execute(_STANDING, {"keys": list({event_id for _, event_id in events})})
    texts = {(kind, event_id): text for kind, event_id, text in rows}
    return {one: _place(one[0], texts[one]) for one in events if one in texts}


def may_publish(key: Key, event: Event, standing: Mapping[EventKey, str]) -> bool:
    """Whether the key's places hold that of the event, and that of its revision that stands.

    So nobody cancels, moves or takes over what stands at a place of others. The scope is another question.
    """
    before = standing.get((event.type, event.event_id), event.place)
    return key.allows_place(event.place) and key.allows_place(before)


def _place(kind: str, text: str) -> str:
    """Of an enrollment the store has the place in its text only."""
    return _placed(text).place if kind == ENROLLMENT else text

"""Which revision of an event stands, and what the tables say of it."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from models.tables.columns import stored_text
from sinks.wire import decode_head, decode_inspection, decode_outreach

EventKey = tuple[str, str]
"""Type and event id."""


class Revision(NamedTuple):
    """One revision of an event; the greatest of an event's stands, whatever came first."""

    revision: int
    recorded_at: str
    body: bytes


def revision(body: bytes) -> tuple[EventKey, Revision]:
    head = decode_head(body)
    return (head.type, head.event_id), Revision(head.revision, head.recorded_at, body)


def greatest(bodies: Iterable[bytes]) -> dict[EventKey, Revision]:
    standing: dict[EventKey, Revision] = {}
    for body in bodies:
        key, said = revision(body)
        other = standing.get(key)
        if other is None or said > other:
            standing[key] = said
    return standing


def newer(
    standing: Mapping[EventKey, Revision], kept: Mapping[EventKey, Revision]
) -> dict[EventKey, Revision]:
    """Those that replace what is kept."""
    return {key: said for key, said in standing.items() if key not in kept or said > kept[key]}


Columns = tuple[str | int, ...]


def outreach_columns(body: bytes) -> Columns:
    """In the order of the table `outreach_event`."""
    event = decode_outreach(body)
    return (
        event.event_id,
        event.revision,
        event.status,
        stored_text(event.occurred_at),
        stored_text(event.recorded_at),
        event.source,
        event.campaign_id,
        event.channel,
        event.place,
        event.headcount,
        len(event.attendees),
        len(event.companies),
        event.cost_idr,
    )


def inspection_columns(body: bytes) -> Columns:
    """In the order of the table `inspection`."""
    event = decode_inspection(body)
    return (
        event.event_id,
        event.revision,
        event.status,
        stored_text(event.occurred_at),
        stored_text(event.recorded_at),
        event.source,
        event.campaign_id,
        event.company_id,
        event.team,
        event.place,
        event.stage,
        event.outcome,
        event.cost_idr,
    )

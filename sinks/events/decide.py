"""The revision of an event to store, and its table columns."""

import re
from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

import msgspec

from models.intake.national_ids import national_ids_in
from models.tables.columns import stored_text

_quoted_digits: Final = re.compile(rb'"[0-9]{16}"').search

EventKey = tuple[str, str]
"""Type and event id."""


class EventHead(msgspec.Struct, frozen=True):
    """The fields that order the revisions of an event."""

    type: str
    event_id: str
    revision: int
    recorded_at: str


class OutreachEvent(msgspec.Struct, frozen=True):
    event_id: str
    revision: int
    status: str
    occurred_at: str
    recorded_at: str
    source: str
    campaign_id: str
    channel: str
    place: str
    headcount: int
    attendees: tuple[str, ...]
    companies: tuple[str, ...]
    cost_idr: int


class Inspection(msgspec.Struct, frozen=True):
    event_id: str
    revision: int
    status: str
    occurred_at: str
    recorded_at: str
    source: str
    campaign_id: str
    company_id: str
    team: str
    place: str
    stage: str
    outcome: str
    cost_idr: int


decode_head: Final = msgspec.json.Decoder(EventHead).decode
decode_outreach: Final = msgspec.json.Decoder(OutreachEvent).decode
decode_inspection: Final = msgspec.json.Decoder(Inspection).decode


class Revision(NamedTuple):
    """One revision of an event; the greatest is stored, whatever the order of arrival."""

    revision: int
    recorded_at: str
    body: bytes


def revision(body: bytes) -> tuple[EventKey, Revision]:
    head = decode_head(body)
    return (head.type, head.event_id), Revision(head.revision, head.recorded_at, body)


def greatest(bodies: Iterable[bytes]) -> dict[EventKey, Revision]:
    found: dict[EventKey, Revision] = {}
    for body in bodies:
        key, candidate = revision(body)
        other = found.get(key)
        if other is None or candidate > other:
            found[key] = candidate
    return found


class EventChanges(NamedTuple):
    newer: dict[EventKey, Revision]
    """Revisions that replace a stored one, and those of new events."""
    replaced: list[EventKey]
    """Events whose stored revision is replaced."""


def decide(revisions: Mapping[EventKey, Revision], stored: Mapping[EventKey, Revision]) -> EventChanges:
    newer = {key: one for key, one in revisions.items() if key not in stored or one > stored[key]}
    return EventChanges(newer, [key for key in newer if key in stored])


def holds_national_id(body: bytes) -> bool:
    """Intake would refuse the event now; an older release did not check all of its texts."""
    return _quoted_digits(body) is not None and bool(national_ids_in(msgspec.json.decode(body), 1).first)


Columns = tuple[str | int, ...]


def outreach_columns(body: bytes) -> Columns:
    """Columns of the table `outreach_event`, in its order."""
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
    """Columns of the table `inspection`, in its order."""
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

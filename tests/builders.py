"""Event builders: each returns a valid event, with defaults for all fields that a test does not name.

Days count from 2017-09-01 09:00 in Jakarta and may be fractional or negative. A member is a person of the
same name, so `outreach(attendees=["w1"])` names the member `w1`. Every other field is set by its name.

>>> enrollment("w1", day=3)["occurred_at"]
'2017-09-04T02:00:00.000000Z'
>>> outreach("wayang", day=1, attendees=["w1"])["attendees"] == [enrollment("w1")["person"]]
True
"""

import hashlib
import json
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

Event = dict[str, Any]

FIRST_DAY = datetime(2017, 9, 1, 2, tzinfo=UTC)
SLEMAN = "34.04"
DEPOK = "34.04.07"
GAMPING = "34.04.01"
WATES = "34.01.02"


def at(day: float, *, us: int = 0) -> str:
    """The instant of a day, `us` microseconds later."""
    moment = FIRST_DAY + timedelta(days=day, microseconds=us)
    return f"{moment:%Y-%m-%dT%H:%M:%S.%fZ}"


def person(name: str) -> str:
    """The hash of a person known to tests by name."""
    return hashlib.sha256(name.encode()).hexdigest()


def event_id(name: str) -> str:
    """The UUID of an event known to tests by name."""
    return str(uuid.uuid5(uuid.NAMESPACE_OID, name))


def line(event: Event) -> bytes:
    return json.dumps(event, ensure_ascii=False).encode()


def lines(*events: Event) -> list[bytes]:
    return [line(event) for event in events]


def enrollment(
    member: str = "w1", day: float = 3, *, name: str | None = None, us: int = 0, **fields: Any
) -> Event:
    """A worker in Depok without employer; `name` distinguishes two enrollments of one member."""
    return {
        "type": "enrollment",
        "event_id": event_id(name or f"enrollment of {member}"),
        "occurred_at": at(day, us=us),
        "recorded_at": at(day + 1),
        "source": "front-desk",
        "member_id": member,
        "kind": "worker",
        "person": person(member),
        "place": DEPOK,
    } | fields


def company(
    member: str = "c1", day: float = 3, *, name: str | None = None, us: int = 0, **fields: Any
) -> Event:
    """A company's own enrollment."""
    own = {"kind": "company", "company_id": member, "person": None}
    return enrollment(member, day, name=name, us=us, **(own | fields))


def outreach(
    channel: str = "wayang",
    day: float = 1,
    *,
    name: str | None = None,
    us: int = 0,
    attendees: Sequence[str] = (),
    companies: Sequence[str] = (),
    **fields: Any,
) -> Event:
    """An event far from Depok, so that it touches only those it names; `attendees` by name."""
    campaign = fields.get("campaign_id", channel)
    return {
        "type": "outreach-event",
        "event_id": event_id(name or f"{campaign} on day {day}"),
        "occurred_at": at(day, us=us),
        "recorded_at": at(day + 1),
        "source": "field-team",
        "campaign_id": channel,
        "channel": channel,
        "place": WATES,
        "headcount": 100,
        "attendees": [person(each) for each in attendees],
        "companies": list(companies),
    } | fields


def inspection(
    company_id: str = "c1",
    day: float = 1,
    *,
    name: str | None = None,
    us: int = 0,
    stage: str = "visit",
    **fields: Any,
) -> Event:
    return {
        "type": "inspection",
        "event_id": event_id(name or f"{stage} to {company_id} on day {day}"),
        "occurred_at": at(day, us=us),
        "recorded_at": at(day + 1),
        "source": "early-detection",
        "campaign_id": "inspections",
        "company_id": company_id,
        "team": "team-1",
        "place": DEPOK,
        "stage": stage,
        "outcome": "promised",
    } | fields

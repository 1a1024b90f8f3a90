"""Records of the output topics, with defaults for everything that a test does not name."""

import json
from typing import Any

import msgspec

from models.statement import CountRow, Credit, Line, LiveCount, Statement, first_version
from sinks.base import Batch, Origin

NINE = "2017-09-01T02:00:00.000000Z"
MODELS = ("first", "last", "linear", "position", "time_decay")
ORIGIN = Origin("cluster-1", "0.1.0", 8, "rules", "places")
NOW_US = 1_504_231_200_000_000
"""2017-09-01T02:00:00Z."""


def version(offset: int, generation: int = 1) -> int:
    return first_version(generation) + offset


def line(campaign: str = "wayang-1", *, number: int = 0, **fields: Any) -> Line:
    described = {
        "line": number,
        "touch_id": f"touch of {campaign}",
        "campaign_id": campaign,
        "channel": "wayang",
        "evidence": "attendance",
        "approach": "persuasion",
        "touched_at": NINE,
        "credit": dict.fromkeys(MODELS, 1_000_000),
    }
    described |= fields
    return Line(**described | {"credit": Credit(**described["credit"])})


def organic(credit: int = 1_000_000, *, number: int = 0) -> Line:
    fields = dict.fromkeys(("evidence", "approach"), "none") | dict.fromkeys(("touch_id", "touched_at"))
    shares = dict.fromkeys(MODELS, credit)
    return line("organic", number=number, channel="organic", credit=shares, **fields)


def statement(member: str = "m1", offset: int = 1, *, generation: int = 1, **fields: Any) -> bytes:
    """An active worker of Depok reached by a wayang show."""
    content = {
        "member_id": member,
        "version": version(offset, generation),
        "status": "active",
        "decided_at": NINE,
        "rules_version": "2017.1",
        "kind": "worker",
        "company_id": None,
        "place": "34.04.07",
        "occurred_at": NINE,
        "enrollment_event_id": f"enrollment of {member}",
        "evidence": "attendance",
        "duplicates": 0,
        "lines": (line(),),
    }
    return msgspec.json.encode(Statement(**content | fields))


def cancelled(member: str = "m1", offset: int = 1, **fields: Any) -> bytes:
    return statement(member, offset, status="cancelled", evidence="none", lines=(), **fields)


def gone(member: str = "m1", offset: int = 1, **fields: Any) -> bytes:
    nothing = dict.fromkeys(("kind", "company_id", "place", "occurred_at", "enrollment_event_id"))
    return statement(member, offset, status="gone", evidence="none", lines=(), **nothing | fields)


def count(campaign: str = "wayang-1", offset: int = 1, *rows: CountRow, generation: int = 1) -> bytes:
    return msgspec.json.encode(LiveCount(campaign, version(offset, generation), rows))


def row(credit: int = 1_000_000, members: int = 1, **cell: Any) -> CountRow:
    place = {"district": "34.04", "month": "2017-09", "kind": "worker", "model": "first"}
    return CountRow(credit=credit, members=members, **place | cell)


def refused(reason: str = "not_json", offset: int | None = 0, **fields: Any) -> bytes:
    """As a record of the topic `rejected`; with a file it is a line that reached no topic."""
    origin = {"topic": "enrollment", "partition": 0, "offset": offset, "file": None, "line": None}
    if "file" in fields:
        origin = dict.fromkeys(origin)
    content = {
        "reason": reason,
        "errors": ["no JSON object"],
        **origin,
        "key": None,
        "value": "{",
        "headers": [],
    }
    return json.dumps(content | fields).encode()


def batch(
    *statements: bytes,
    counts: tuple[bytes, ...] = (),
    accepted: tuple[bytes, ...] = (),
    rejected: tuple[bytes, ...] = (),
    generation: int = 1,
    positions: dict[tuple[str, int], int] | None = None,
    settle: bool = False,
) -> Batch:
    return Batch(generation, statements, counts, accepted, rejected, positions or {}, settle)

"""Records that sinks read, decoded straight into structs: a tenth of pydantic's time a record.

What they mean is said once, in `models.statement`; `tests/sinks/test_wire.py` holds the two together.
"""

from typing import Final

import msgspec


class Credit(msgspec.Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """Millionths by credit model; None for none."""

    first: int | None = None
    last: int | None = None
    linear: int | None = None
    position: int | None = None
    time_decay: int | None = None


class Line(msgspec.Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    line: int
    touch_id: str | None
    campaign_id: str
    channel: str
    evidence: str
    approach: str
    touched_at: str | None
    credit: Credit


class Statement(msgspec.Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    member_id: str
    version: int
    status: str
    decided_at: str
    rules_version: str
    kind: str | None
    company_id: str | None
    place: str | None
    occurred_at: str | None
    enrollment_event_id: str | None
    evidence: str
    duplicates: int
    lines: tuple[Line, ...]


class CountRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    district: str
    month: str
    kind: str
    model: str
    credit: int
    members: int


class LiveCount(msgspec.Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    campaign_id: str
    version: int
    rows: tuple[CountRow, ...]


class EventHead(msgspec.Struct, frozen=True):
    """What orders the revisions of any event."""

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


class Rejected(msgspec.Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    reason: str
    errors: msgspec.Raw
    topic: str | None
    partition: int | None
    offset: int | None
    file: str | None
    line: int | None
    key: str | None
    value: str | None
    headers: msgspec.Raw


decode_statement: Final = msgspec.json.Decoder(Statement).decode
decode_count: Final = msgspec.json.Decoder(LiveCount).decode
decode_head: Final = msgspec.json.Decoder(EventHead).decode
decode_outreach: Final = msgspec.json.Decoder(OutreachEvent).decode
decode_inspection: Final = msgspec.json.Decoder(Inspection).decode
decode_rejected: Final = msgspec.json.Decoder(Rejected).decode

"""Records that sinks read, decoded straight into structs: a tenth of pydantic's time a record.

What they mean is said once, in `models.statement`; `tests/sinks/test_wire.py` holds the two together.
"""

from typing import Annotated, Final

import msgspec
from msgspec import Meta

Whole = Annotated[int, Meta(ge=0, le=2**63 - 1)]
"""As large as a column of the store takes."""
Small = Annotated[int, Meta(ge=0, le=2**31 - 1)]
Moment = Annotated[str, Meta(min_length=27, max_length=27)]
"""`2017-09-01T02:00:00.000000Z`."""


class Credit(msgspec.Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """Millionths by credit model; None for none."""

    first: Whole | None = None
    last: Whole | None = None
    linear: Whole | None = None
    position: Whole | None = None
    time_decay: Whole | None = None


class Line(msgspec.Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    line: Small
    touch_id: str | None
    campaign_id: str
    channel: str
    evidence: str
    approach: str
    touched_at: Moment | None
    credit: Credit


class Statement(msgspec.Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    member_id: str
    version: Whole
    status: str
    decided_at: Moment
    rules_version: str
    kind: str | None
    company_id: str | None
    place: str | None
    occurred_at: Moment | None
    enrollment_event_id: str | None
    evidence: str
    duplicates: Small
    lines: tuple[Line, ...]


class CountRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    district: str
    month: str
    kind: str
    model: str
    credit: Whole
    members: Small


class LiveCount(msgspec.Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    campaign_id: str
    version: Whole
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
    partition: Small | None
    offset: Whole | None
    file: str | None
    line: Small | None
    key: str | None
    value: str | None
    headers: msgspec.Raw


decode_statement: Final = msgspec.json.Decoder(Statement).decode
decode_count: Final = msgspec.json.Decoder(LiveCount).decode
decode_head: Final = msgspec.json.Decoder(EventHead).decode
decode_outreach: Final = msgspec.json.Decoder(OutreachEvent).decode
decode_inspection: Final = msgspec.json.Decoder(Inspection).decode
decode_rejected: Final = msgspec.json.Decoder(Rejected).decode

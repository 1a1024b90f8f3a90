"""Answers about a member."""

from typing import Literal

from api.shapes.base import AsOf, Count, Credit, Instant, Kind, Shape

Status = Literal["active", "cancelled"]


class Enrollment(Shape):
    """One enrollment that names the member, in its newest revision."""

    event_id: str
    status: Status
    member_id: str
    occurred_at: Instant
    recorded_at: Instant
    source: str
    place: str
    declared: str | None
    """The campaign named on the form."""


class Outreach(Shape):
    """The outreach event behind a touch."""

    channel: str
    place: str
    headcount: Count
    attendees: Count
    companies: Count
    source: str


class Inspection(Shape):
    """The inspection behind a touch."""

    team: str
    stage: str
    outcome: str
    place: str
    source: str


class Line(Shape):
    """One touch, or organic, with its credit."""

    number: Count
    """In touch order, organic last."""
    touch_id: str | None
    """Id of the event that touched; null for organic."""
    campaign_id: str
    channel: str
    evidence: Literal["declared", "attendance", "company", "place", "none"]
    approach: Literal["persuasion", "compulsion", "none"]
    touched_at: Instant | None
    credit: Credit
    event: Outreach | Inspection | None
    """Null for a declaration, and for organic."""


class Why(AsOf):
    """What brought a member in."""

    member_id: str
    kind: Kind
    company_id: str | None
    place: str
    """Sub-district where the member works."""
    occurred_at: Instant
    """The membership's first moment."""
    status: Status
    evidence: Literal["declared", "attendance", "company", "place", "none"]
    """The strongest."""
    rules_version: str
    decided_at: Instant
    counts: Enrollment | None
    """The enrollment that counts; null if the archive does not have it."""
    others: list[Enrollment]
    """Other enrollments of the member: duplicates if active, or cancelled ones."""
    lines: list[Line]

"""A member in the store: the journey, its credit, and the events behind it.

Field names are those of `sambung why --json`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import msgspec

from models.instants import parse
from reports.moments import NOW, Moment


class Enrollment(msgspec.Struct, frozen=True):
    """One enrollment that names the member, in its newest revision."""

    event_id: str
    status: Literal["active", "cancelled"]
    member_id: str
    occurred_at: str
    recorded_at: str
    source: str
    place: str
    declared: str | None

    @property
    def occurred_us(self) -> int:
        return parse(self.occurred_at)


@dataclass(frozen=True, slots=True)
class Outreach:
    """The outreach event behind a touch."""

    channel: str
    place: str
    headcount: int
    attendees: int
    companies: int
    source: str


@dataclass(frozen=True, slots=True)
class Inspection:
    """The inspection behind a touch."""

    team: str
    stage: str
    outcome: str
    place: str
    source: str


@dataclass(frozen=True, slots=True)
class Line:
    """One touch, or organic, with its credit."""

    number: int
    touch_id: str | None
    campaign_id: str
    channel: str
    evidence: str
    approach: str
    touched_us: int | None
    credit: Mapping[str, int]
    """Millionths by credit model; models without credit are absent."""
    event: Outreach | Inspection | None
    """None for a declaration and for organic."""


@dataclass(frozen=True, slots=True)
class Why:
    """A member's current state in the store."""

    member_id: str
    kind: str
    company_id: str | None
    place: str
    occurred_us: int
    status: str
    evidence: str
    rules_version: str
    decided_us: int
    counts: Enrollment | None
    """The enrollment that counts; None if the archive does not have it."""
    others: tuple[Enrollment, ...]
    """Other enrollments of the member: duplicates if active, or cancelled ones."""
    lines: tuple[Line, ...]
    """In touch order, organic last."""
    as_of: Moment = NOW


@dataclass(frozen=True, slots=True)
class Unknown:
    """No enrollment names the member."""

    member_id: str
    removed_us: int | None
    """When the last enrollment that named it was corrected; None if none ever did."""
    close: tuple[str, ...]
    """Members with a similar id."""
    as_of: Moment = NOW

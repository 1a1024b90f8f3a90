"""Differences of the store between two moments; field names are those of `sambung explain --json`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from reports.efforts import Effort
from reports.moments import Moment

EventType = Literal["inspection", "outreach-event"]
EVENT_TYPES: Final[tuple[EventType, ...]] = ("inspection", "outreach-event")
Credit = Mapping[str, int]
"""Millionths by credit model; without those that are zero."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A member at one of the two moments."""

    kind: str
    company_id: str | None
    place: str
    status: str
    evidence: str
    duplicates: int
    enrollment_event_id: str
    rules_version: str
    occurred_us: int


@dataclass(frozen=True, slots=True)
class Touch:
    """A line of the journey at one of the two moments; organic has neither id nor instant."""

    touch_id: str | None
    campaign_id: str
    channel: str
    evidence: str
    approach: str
    touched_us: int | None
    credit: Credit


@dataclass(frozen=True, slots=True)
class TouchChange:
    """A touch that came (no `before`), went (no `after`) or changed."""

    before: Touch | None
    after: Touch | None


@dataclass(frozen=True, slots=True)
class MemberChange:
    """A member that came (no `before`), went (no `after`) or changed, with the touches that did."""

    member_id: str
    before: Standing | None
    after: Standing | None
    touches: tuple[TouchChange, ...]


@dataclass(frozen=True, slots=True)
class EffortChange:
    """An event that came (no `before`) or changed; none ever goes, it is cancelled."""

    type: EventType
    event_id: str
    before: Effort | None
    after: Effort


@dataclass(slots=True)
class CampaignChange:
    """Differences of one campaign, which may be negative; a credit model without any is absent."""

    name: str
    events: int = 0
    cost_idr: int = 0
    workers: dict[str, int] = field(default_factory=dict)
    companies: dict[str, int] = field(default_factory=dict)

    def add(self, kind: str, credit: Credit, sign: int) -> None:
        of_kind = self.workers if kind == "worker" else self.companies
        for model, millionths in credit.items():
            total = of_kind.pop(model, 0) + sign * millionths
            if total:
                of_kind[model] = total

    @property
    def is_zero(self) -> bool:
        return not (self.events or self.cost_idr or self.workers or self.companies)


@dataclass(frozen=True, slots=True)
class Explanation:
    before: Moment
    after: Moment
    campaigns: tuple[CampaignChange, ...]
    """Sums of all below, by name; without campaigns whose numbers are the same."""
    members: tuple[MemberChange, ...]
    """By id."""
    efforts: tuple[EffortChange, ...]
    """By type and id."""
    adds_up: bool
    """Whether the sums are the difference of what `campaigns` says at both moments, to the millionth."""

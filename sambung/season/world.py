"""The people, companies and efforts of a season, before they become events."""

from dataclasses import dataclass, field
from typing import Literal

Fate = Literal["joins", "holds out", "member already"]


@dataclass(frozen=True, slots=True)
class Cause:
    """The true cause of a member's enrollment."""

    campaign_id: str
    channel: str
    event_type: str | None
    event_id: str | None
    at_us: int | None
    approach: str


ORGANIC = Cause("organic", "organic", None, None, None, "none")
"""No effort: the law, a tender that requires it, a cousin's accident."""


@dataclass(slots=True)
class Gathering:
    """An outreach event; attendees and companies are filled in while members are created."""

    event_id: str
    campaign_id: str
    channel: str
    place: str
    start_us: int
    headcount: int
    cost_idr: int
    named: int = 0
    """Number of people whom the organisers register by name."""
    guests: int = 0
    """Number of companies that they register."""
    attendees: list[str] = field(default_factory=list)
    companies: list[str] = field(default_factory=list)

    @property
    def cause(self) -> Cause:
        return Cause(
            self.campaign_id, self.channel, "outreach-event", self.event_id, self.start_us, "persuasion"
        )


@dataclass(slots=True)
class Inspection:
    """A call of the Early Detection Team on a company."""

    event_id: str
    campaign_id: str
    company_id: str
    team: str
    place: str
    at_us: int
    cost_idr: int
    stage: str = "visit"
    outcome: str = "other"

    @property
    def cause(self) -> Cause:
        approach = "persuasion" if self.stage == "visit" else "compulsion"
        return Cause(self.campaign_id, "inspection", "inspection", self.event_id, self.at_us, approach)


@dataclass(slots=True)
class Company:
    company_id: str
    place: str
    workers: int
    """New workers that it reports this season."""
    fate: Fate
    cause: Cause = ORGANIC
    joined_us: int = 0
    """Time of its enrollment, or of its first report of new workers if it was a member before."""


@dataclass(slots=True)
class Member:
    kind: Literal["worker", "company"]
    company_id: str | None
    place: str
    at_us: int
    cause: Cause
    source: str
    person: str | None = None
    declared: str | None = None
    programs: tuple[str, ...] = ()
    member_id: str = ""
    event_id: str = ""

"""Touches, journeys and duplicates of every member: spec section 2, by looking at every pair."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from tests.oracle.judging import Accepted
from tests.oracle.rulebook import DEFAULT, EVIDENCE, WHOLE, Rulebook

COMPELLING = ("sp1", "sp2", "sanction")


@dataclass(frozen=True)
class Touch:
    event: Accepted
    evidence: str

    @property
    def campaign_id(self) -> str:
        return str(self.event.fields["declared" if self.evidence == "declared" else "campaign_id"])

    @property
    def channel(self) -> str:
        if self.event.type == "outreach-event":
            return str(self.event.fields["channel"])
        return "inspection" if self.event.type == "inspection" else "declared"

    @property
    def approach(self) -> str:
        compels = self.event.type == "inspection" and self.event.fields["stage"] in COMPELLING
        return "compulsion" if compels else "persuasion"

    @property
    def order(self) -> tuple[int, int, str, str]:
        event = self.event
        return (event.occurred_us, EVIDENCE.index(self.evidence), event.event_id, event.type)


@dataclass(frozen=True)
class Journey:
    """The touches that count, in touch order, and what they share; the rest up to `WHOLE` is organic."""

    touches: tuple[Touch, ...]
    amount: int


@dataclass(frozen=True)
class Member:
    """A member described by `enrollment`, the one that counts."""

    enrollment: Accepted
    duplicates: int
    journey: Journey


@dataclass
class Reach:
    """Active events that could reach an enrollment: an index that avoids looking at every pair."""

    by_subject: dict[tuple[str, str], list[Accepted]] = field(default_factory=lambda: defaultdict(list))
    attendees: dict[str, frozenset[str]] = field(default_factory=dict)
    companies: dict[str, frozenset[str]] = field(default_factory=dict)

    def add(self, event: Accepted) -> None:
        if event.type == "inspection":
            self.by_subject["company", event.fields["company_id"]].append(event)
        if event.type == "outreach-event":
            self.by_subject["place", event.fields["place"]].append(event)
            self.attendees[event.event_id] = frozenset(event.fields["attendees"])
            self.companies[event.event_id] = frozenset(event.fields["companies"])
            for person in event.fields["attendees"]:
                self.by_subject["person", person].append(event)
            for company in event.fields["companies"]:
                self.by_subject["company", company].append(event)

    def of(self, enrollment: Accepted) -> Iterator[Accepted]:
        """The enrollment itself, for its declaration, and each event that names one of its subjects."""
        place = enrollment.fields["place"]
        subjects = [("place", place), ("place", place[:5]), ("place", place[:2])]
        subjects += [("person", enrollment.fields["person"]), ("company", enrollment.fields["company_id"])]
        yield enrollment
        seen = set()
        for subject in subjects:
            for event in self.by_subject.get(subject, ()):
                if (event.type, event.event_id) not in seen:
                    seen.add((event.type, event.event_id))
                    yield event

    def evidence(self, event: Accepted, enrollment: Accepted) -> Iterator[str]:
        """Every evidence that links the two, whatever the time between them."""
        company = enrollment.fields["company_id"]
        if event.type == "enrollment":
            if event.event_id == enrollment.event_id and enrollment.fields["declared"] is not None:
                yield "declared"
        elif event.type == "inspection":
            if event.fields["company_id"] == company:
                yield "company"
        else:
            if enrollment.fields["person"] in self.attendees[event.event_id]:
                yield "attendance"
            if company in self.companies[event.event_id]:
                yield "company"
            if (enrollment.fields["place"] + ".").startswith(event.fields["place"] + "."):
                yield "place"


def touch(event: Accepted, enrollment: Accepted, reach: Reach, rules: Rulebook) -> Touch | None:
    """At most one touch per event: the highest rank among those inside their own lookback."""
    since_us = enrollment.occurred_us - event.occurred_us
    if not 0 <= since_us <= max(rules.lookback_us.values()):
        return None
    inside = [kind for kind in reach.evidence(event, enrollment) if 0 <= since_us <= rules.lookback_us[kind]]
    return Touch(event, max(inside, key=EVIDENCE.index)) if inside else None


def journey(enrollment: Accepted, reach: Reach, rules: Rulebook) -> Journey:
    found = [touch(event, enrollment, reach, rules) for event in reach.of(enrollment)]
    touches = sorted((each for each in found if each), key=lambda each: each.order)
    strong = tuple(each for each in touches if each.evidence != "place")
    if strong:
        return Journey(strong, WHOLE)
    return Journey(tuple(touches), rules.place_share if touches else 0)


def members(events: Iterable[Accepted], rules: Rulebook = DEFAULT) -> dict[str, Member]:
    """Every member that an accepted enrollment names, by member id."""
    reach = Reach()
    enrollments: dict[str, list[Accepted]] = defaultdict(list)
    for event in events:
        if event.type == "enrollment":
            enrollments[event.fields["member_id"]].append(event)
        elif event.active:
            reach.add(event)
    return {member_id: _member(named, reach, rules) for member_id, named in enrollments.items()}


def _member(named: list[Accepted], reach: Reach, rules: Rulebook) -> Member:
    active = [event for event in named if event.active]
    counts = min(active or named, key=lambda event: (event.occurred_us, event.event_id))
    if not active:
        return Member(counts, 0, Journey((), 0))
    return Member(counts, len(active) - 1, journey(counts, reach, rules))

"""Small worlds in which everything that can go wrong in the field goes wrong often.

Few ids, few places and instants that sit on the ends of lookbacks, so that events meet: revisions,
conflicts, cancellations, corrections of member, person, employer and place, members enrolled twice,
companies as members, events a year late.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random

from tests.builders import Event, company, enrollment, event_id, inspection, outreach, person

MICROSECOND = timedelta(microseconds=1)
SUB_DISTRICTS = ("34.04.07", "34.04.01", "34.71.01", "34.01.02", "34.02.08", "34.03.01")
REACHES = ("34", "34.04", "34.71", "34.01", *SUB_DISTRICTS)
CHANNELS = ("wayang", "healthy_walk", "sailing_race", "institution_meeting", "perisai")
SOURCES = ("front-desk", "app", "tim \u201cé\u201d \U0001f3ad", 'a"b\\c\u2028/')
EDGES = (
    datetime(2017, 8, 31, 17, tzinfo=UTC),  # midnight in Jakarta
    datetime(2017, 10, 15, 3, 30, tzinfo=UTC),
    datetime(1963, 12, 31, 16, 45, tzinfo=UTC),  # the hour in which Jakarta put its clocks back
)
TYPES = ("enrollment", "outreach-event", "inspection")
EVENTS = {"enrollment": 5, "outreach-event": 6, "inspection": 3}
"""Event ids of each type in a village."""


@dataclass(frozen=True)
class Village:
    """A few related people, companies and events, around its own moments."""

    number: int = 0
    story: int = 0
    """Number of its story: two stories have the same ids and nothing else in common."""

    @property
    def moments(self) -> tuple[datetime, ...]:
        """When its members enroll; villages lie weeks apart, so that journeys stay as long as in one."""
        if self.number == 0:
            return EDGES
        later = timedelta(days=45 * self.number)
        return (EDGES[0] + later, EDGES[1] + later)

    def event(self, rng: Random) -> Event:
        """A revision of one of its events: mostly as first sent, some fields corrected.

        The first revision depends on the event's number alone, so revisions of one resemble each other.
        """
        type_ = rng.choices(TYPES, (5, 4, 2))[0]
        number = rng.randrange(EVENTS[type_])
        event = self._first_revision(type_, number, Random(f"{self.story} {self.number} {type_} {number}"))
        if rng.random() < 0.6:
            again = self._first_revision(type_, number, rng)
            for name in rng.sample(sorted(again), rng.randint(1, 4)):
                event[name] = again[name]
        event["revision"] = rng.choice((0, 0, 0, 1, 1, 2, 3))
        event["status"] = "cancelled" if rng.random() < 0.2 else "active"
        return _made_consistent(event)

    def _first_revision(self, type_: str, number: int, rng: Random) -> Event:
        build = {"enrollment": self._enrollment, "inspection": self._inspection}.get(type_, self._outreach)
        event = build(rng)
        event["event_id"] = event_id(f"{self.number} {type_ if number % 3 else 'shared'} {number}")
        event["source"] = rng.choice(SOURCES)
        return event

    def _enrollment(self, rng: Random) -> Event:
        moment = rng.choice(self.moments) + rng.choice(
            (timedelta(0), timedelta(0), timedelta(days=7), MICROSECOND)
        )
        times = _times(rng, moment)
        if rng.random() < 0.2:
            return company(self._company(rng), **times, place=rng.choice(SUB_DISTRICTS))
        return enrollment(
            self._member(rng),
            **times,
            company_id=rng.choice((None, self._company(rng))),
            person=rng.choice((None, person(self._member(rng)), person(self._member(rng)))),
            place=rng.choice(SUB_DISTRICTS),
            declared=rng.choice((None, None, None, self._campaign(rng))),
            programs=rng.sample(("JKK", "JKM", "JHT", "JP"), rng.randint(0, 4)),
        )

    def _outreach(self, rng: Random) -> Event:
        return outreach(
            rng.choice(CHANNELS),
            **self._before(rng, (0, 1, 14, 30, 30, 90, 90)),
            campaign_id=self._campaign(rng),
            place=rng.choice(REACHES),
            attendees=[self._member(rng) for _ in range(rng.choice((0, 0, 1, 2, 4)))],
            companies=[self._company(rng) for _ in range(rng.choice((0, 0, 1, 2)))],
            headcount=rng.choice((0, 150, 10_000_000)),
            cost_idr=rng.choice((0, 5_000_000, 10**15)),
        )

    def _inspection(self, rng: Random) -> Event:
        return inspection(
            self._company(rng),
            **self._before(rng, (0, 1, 7, 21, 90, 90)),
            stage=rng.choice(("visit", "visit", "sp1", "sp2", "sanction")),
            campaign_id=self._campaign(rng),
            outcome=rng.choice(("promised", "refused", "registered", "not_found", "other")),
            place=rng.choice(SUB_DISTRICTS),
        )

    def _before(self, rng: Random, days: tuple[int, ...]) -> Event:
        """So many days before an enrollment, to the microsecond, or one microsecond off."""
        back = timedelta(days=rng.choice(days)) + rng.choice((-1, 0, 0, 1)) * MICROSECOND
        return _times(rng, rng.choice(self.moments) - back)

    def _member(self, rng: Random) -> str:
        return f"w{self.number}-{rng.randrange(4)}"

    def _company(self, rng: Random) -> str:
        return f"c{self.number}-{rng.randrange(2)}"

    def _campaign(self, rng: Random) -> str:
        return f"campaign-{(self.number + rng.randrange(3)) % 20}"


def _times(rng: Random, moment: datetime) -> Event:
    """Recorded at once, the next day, by a wrong clock, or a year later."""
    recorded = moment + timedelta(days=rng.choice((0, 0, 1, -3, 365)))
    return {"occurred_at": _text(moment), "recorded_at": _text(recorded)}


def _text(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%S.%fZ}"


def _made_consistent(event: Event) -> Event:
    if event.get("kind") == "company":
        event |= {"company_id": event["member_id"], "person": None}
    return event

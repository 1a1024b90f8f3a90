"""Every number of a report, from one snapshot of the store, by the functions that all others ask too."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import Connection, func, select

from models.places import Places
from reports.arrivals import arrivals
from reports.campaigns import Returns, returns
from reports.credited import Credit, credit_by, credited
from reports.daily import last_day
from reports.efforts import efforts
from reports.lateness import Growth
from reports.ledger import Ledger, ledger
from reports.memberships import Memberships, memberships
from reports.moments import Moment
from reports.newest_days import newest_days
from reports.places import PlaceCount, places
from reports.provenance import Provenance, provenance
from reports.refusals import refused_by_reason
from reports.scope import Scope
from reports.sources import Source, sources
from reports.targets import Asked, Targets, targets
from reports.waits import Waits, waits

Progress = Callable[[str, int, int], None]
"""(what is counted next, so many of the steps done, of so many)."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """How late events of the scope were recorded; a role that may not read events gets none of it."""

    sources: tuple[Source, ...]
    """Refused records are not among them."""
    newest_days: tuple[Growth, ...]
    """Those of the period."""


@dataclass(frozen=True, slots=True)
class Figures:
    scope: Scope
    places: Places
    """The list of places that are known."""
    store: Provenance
    targets: Targets
    """Of the period's last year, up to its last day if that is known already."""
    returns: Returns
    approaches: Credit
    evidence: Credit
    memberships: tuple[Memberships, ...]
    members: tuple[PlaceCount, ...]
    waits: Waits
    ledger: Ledger
    refused: Mapping[str, int]
    """Records by reason, of all places and times."""
    recorded: Recorded | None

    def count(self, kind: str) -> int:
        """Active members."""
        return sum(one.members for one in self.members if one.kind == kind)

    @property
    def is_empty(self) -> bool:
        """Whether no member is in the scope."""
        return not self.members


def figures(
    connection: Connection,
    moment: Moment,
    scope: Scope,
    known_places: Places,
    progress: Progress = lambda *_: None,
) -> Figures:
    """Takes some seconds with 50,000 members."""
    step = _Steps(progress)
    step("campaigns")
    lines = credited(connection, moment, scope)
    spent = efforts(connection, moment, scope)
    step("targets")
    standing, known_day = _targets(connection, moment, scope)
    step("members")
    members = memberships(connection, moment, scope), places(connection, moment, scope)
    step("touches")
    before = waits(connection, moment, scope)
    step("the sums that must hold")
    sums = ledger(connection, moment)
    step("records")
    refused = refused_by_reason(connection, moment)
    recorded = _recorded(connection, moment, scope, known_day) if may_read_events(connection) else None
    return Figures(
        scope,
        known_places,
        provenance(connection, moment),
        standing,
        returns(spent, lines),
        credit_by("approach", lines),
        credit_by("evidence", lines),
        *members,
        before,
        sums,
        refused,
        recorded,
    )


class _Steps:
    STEPS: Final = 6

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._done = 0

    def __call__(self, what: str) -> None:
        self._progress(f"Counting {what}", self._done, self.STEPS)
        self._done += 1


def _targets(connection: Connection, moment: Moment, scope: Scope) -> tuple[Targets, date]:
    """With the last day of which the store knows."""
    if scope.period is None:
        found = targets(connection, moment)
        return found, found.day
    last = scope.period.days.last
    known_day = last_day(connection, moment, last.year)
    return targets(connection, moment, Asked(last.year, day=min(last, known_day))), known_day


def _recorded(connection: Connection, moment: Moment, scope: Scope, known_day: date) -> Recorded:
    arrived = arrivals(connection, moment, scope.place)
    growing = newest_days(connection, arrived, known_day, moment, scope.place)
    return Recorded(
        sources([one for one in arrived if scope.has_day(one.happened)], {}),
        tuple(one for one in growing if scope.has_day(one.day)),
    )


def may_read_events(connection: Connection) -> bool:
    """Whether this role may read the content of events; in SQLite everybody may."""
    if connection.dialect.name != "postgresql":
        return True
    return bool(connection.scalar(select(func.has_table_privilege("event", "SELECT"))))

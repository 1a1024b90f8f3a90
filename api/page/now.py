"""What is told at once: how many members there are, the newest events, and how fresh all of it is."""

from collections.abc import Mapping
from typing import NamedTuple

from sqlalchemy import Connection

from api.reading.freshness import Freshness, freshness
from reports.counts import counted_members
from reports.newest import Newest, newest_events


class Now(NamedTuple):
    fresh: Freshness
    members: Mapping[tuple[int, str], int]
    """Millionths by year and kind, from the live counts."""
    newest: tuple[Newest, ...]

    @property
    def years(self) -> list[int]:
        return sorted({year for year, _ in self.members})

    def of_year(self, year: int, kind: str) -> int:
        return self.members.get((year, kind), 0)

    def in_all(self, kind: str) -> int:
        return sum(number for (_, one), number in self.members.items() if one == kind)


def now(connection: Connection, before: Now | None) -> Now:
    """Counts and events only where the store has changed since."""
    fresh = freshness(connection)
    if before is not None and before.fresh.mark == fresh.mark:
        return before._replace(fresh=fresh)
    return Now(fresh, counted_members(connection), newest_events(connection))

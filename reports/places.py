"""Active members by sub-district, month and kind."""

from collections import Counter
from typing import NamedTuple

from sqlalchemy import Connection, func, select

from reports.moments import NOW, Moment
from reports.months import as_month, month_sql
from reports.scope import EVERYTHING, Scope


class PlaceCount(NamedTuple):
    """Active members of one sub-district, month and kind; there is none of no members."""

    place: str
    """Sub-district where they work."""
    month: str
    """Month of the membership's first moment, in Asia/Jakarta."""
    kind: str
    members: int


def places(connection: Connection, moment: Moment = NOW, scope: Scope = EVERYTHING) -> tuple[PlaceCount, ...]:
    """By place, month and kind."""
    counted: Counter[tuple[str, str, str]] = Counter()
    member = moment.members()
    key = (member.c.place, month_sql(connection, member.c.occurred_at).label("month"), member.c.kind)
    query = select(*key, func.count()).where(member.c.status == "active", *scope.of(member))
    for place, when, kind, members in connection.execute(query.group_by(*key)):
        counted[place, as_month(when), kind] += members
    return tuple(PlaceCount(*key, counted[key]) for key in sorted(counted))

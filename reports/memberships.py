"""Members by their status and the strongest evidence in their journey, and who enrolled more than once."""

from typing import NamedTuple

from sqlalchemy import Connection, case, func, select

from reports.moments import NOW, Moment
from reports.scope import EVERYTHING, Scope


class Memberships(NamedTuple):
    """Members of one kind, status and evidence."""

    kind: str
    status: str
    evidence: str
    """The strongest in their journeys, or `none`."""
    members: int
    duplicates: int
    """Their further active enrollments, which earn nothing."""
    enrolled_again: int
    """Members who have any."""


def memberships(
    connection: Connection, moment: Moment = NOW, scope: Scope = EVERYTHING
) -> tuple[Memberships, ...]:
    """Ordered by their fields."""
    member = moment.members()
    key = (member.c.kind, member.c.status, member.c.evidence)
    again = func.sum(case((member.c.duplicates > 0, 1), else_=0))
    query = select(*key, func.count(), func.sum(member.c.duplicates), again).where(*scope.of(member))
    return tuple(sorted(Memberships(*row) for row in connection.execute(query.group_by(*key))))

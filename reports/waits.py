"""Time from a touch to the membership: days between their dates in Asia/Jakarta."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from sqlalchemy import Connection, func, select

from reports.efforts import DECLARED
from reports.moments import NOW, Moment
from reports.months import days_between_sql
from reports.scope import EVERYTHING, Scope


class Touched(NamedTuple):
    """How touches of one kind came before a membership."""

    channel: str
    evidence: str


Waits = Mapping[Touched, Counter[int]]
"""Touches by the number of days after which the membership began."""


def waits(connection: Connection, moment: Moment = NOW, scope: Scope = EVERYTHING) -> Waits:
    """Of all touches in journeys of active members but declarations, which have no time of their own."""
    line = moment.lines()
    days = days_between_sql(connection, line.c.touched_at, line.c.occurred_at).label("days")
    key = (line.c.channel, line.c.evidence, days)
    there = (line.c.touched_at.is_not(None), line.c.linear.is_not(None), line.c.evidence != DECLARED)
    query = select(*key, func.count()).where(*there, *scope.of(line)).group_by(*key)
    found: dict[Touched, Counter[int]] = {}
    for channel, evidence, number, touches in connection.execute(query):
        found.setdefault(Touched(channel, evidence), Counter())[number] += touches
    return dict(sorted(found.items()))


def together(counted: Iterable[Counter[int]]) -> Counter[int]:
    return sum(counted, Counter[int]())

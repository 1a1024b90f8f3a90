"""How much the newest days still grow: what is recorded late is not there yet. Pure: no store, no clock.

A day is expected to reach what is counted of it, divided by the share of enrollments that is recorded at its
age. That share is of the enrollments recorded in the 90 days before: those are complete, whereas of those
that happened lately the late ones are still missing.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, NamedTuple

LOOKBACK_DAYS: Final = 90
SHOWN_DAYS: Final = 14
ENOUGH: Final = 100
"""Enrollments; from fewer no share is made."""
_DAY: Final = timedelta(days=1)


class Late(NamedTuple):
    """Enrollments that were recorded on a day, so many days after they happened."""

    recorded: date
    days_late: int
    enrollments: int


@dataclass(frozen=True, slots=True)
class Growth:
    day: date
    counted: int
    expected: int | None
    """What the day is expected to reach, halves up; None if too little is known."""


def growth(
    counted: Mapping[date, int], late: Iterable[Late], last: date, days: int = SHOWN_DAYS
) -> tuple[Growth, ...]:
    """Of the newest days, the oldest first. `last` is the last day that is known, and has the age 0.

    >>> today = date(2017, 9, 30)
    >>> late = [Late(today, 0, 150), Late(today, 1, 50)]  # three of four on the same day
    >>> [(one.counted, one.expected) for one in growth({today: 30, today - _DAY: 40}, late, today, days=2)]
    [(40, 40), (30, 40)]
    """
    known = Counter[int]()
    for one in late:
        if last - LOOKBACK_DAYS * _DAY < one.recorded <= last:
            known[one.days_late] += one.enrollments
    return tuple(
        Growth(day, counted.get(day, 0), _expected(counted.get(day, 0), known, age))
        for age in reversed(range(days))
        for day in (last - age * _DAY,)
    )


def _expected(counted: int, known: Counter[int], age: int) -> int | None:
    in_time = sum(number for days_late, number in known.items() if days_late <= age)
    total = known.total()
    if total < ENOUGH or in_time == 0:
        return None
    return (2 * counted * total + in_time) // (2 * in_time)

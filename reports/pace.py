"""Pace towards a target, in exact numbers: nothing here knows the store or a clock.

Days are dates in Asia/Jakarta; working days are Monday to Friday, holidays or not. The last day counts as
gone. Members are in millionths, as credit is.
"""

from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Final

WHOLE: Final = 1_000_000
FORECAST_DAYS: Final = 28
"""Days, up to the last, whose mean is expected of each day to come."""
WINDOW_DAYS: Final = 7
LOW, HIGH = Fraction(10, 100), Fraction(90, 100)
"""The interval's percentiles."""

_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Forecast:
    """Millionths reached by the end of the year if the days to come are like the last 28."""

    mean: int
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Pace:
    """Where a target stands after a day."""

    reached: int
    """Millionths of members since the beginning of the year."""
    expected: int
    """Millionths that the plan wants by now, by month and working day."""
    on_track: bool
    """Whether at least as much is reached as expected."""
    days_gone: int
    days: int
    """Of the year."""
    working_days_left: int
    needed_per_working_day: int | None
    """Millionths, rounded up; 0 once the target is reached, null if it is not and no working day is left."""
    forecast: Forecast


def pace(year: int, number: int, months: Sequence[int] | None, daily: Mapping[date, int], last: date) -> Pace:
    """Pace of one target: `number` members wanted in a year.

    `months` are the shares of January to December in millionths, None for evenly over the working days.
    `daily` are millionths by day, from 28 days before the year on; days without any may be absent. `last` is
    the last day that is known, also before the year or after it.
    """
    first, end = date(year, 1, 1), date(year, 12, 31)
    last = min(max(last, first - _DAY), end)
    reached = sum(millionths for day, millionths in daily.items() if first <= day <= last)
    plan = number * WHOLE * planned(year, months, last)
    left = working_days(last + _DAY, end)
    return Pace(
        reached,
        _rounded(plan),
        reached >= plan,
        (last - first).days + 1,
        (end - first).days + 1,
        left,
        needed(number * WHOLE - reached, left),
        forecast(reached, [daily.get(last - n * _DAY, 0) for n in range(FORECAST_DAYS)], (end - last).days),
    )


def working_days(first: date, last: date) -> int:
    """Mondays to Fridays from one day to another, both included.

    >>> working_days(date(2017, 10, 1), date(2017, 12, 31)), working_days(date(2017, 1, 1), date(2017, 1, 1))
    (65, 0)
    """
    days = max((last - first).days + 1, 0)
    weeks, rest = divmod(days, 7)
    return 5 * weeks + sum((first.weekday() + n) % 7 < 5 for n in range(rest))


def planned(year: int, months: Sequence[int] | None, last: date) -> Fraction:
    """Share of the year that the plan wants by the end of a day, each month evenly over its working days.

    >>> planned(2017, None, date(2017, 12, 31)), planned(2017, None, date(2017, 1, 1))
    (Fraction(1, 1), Fraction(0, 1))
    """
    if months is None:
        first, end = date(year, 1, 1), date(year, 12, 31)
        return Fraction(working_days(first, last), working_days(first, end))
    share = Fraction(0)
    for month, millionths in enumerate(months, start=1):
        first, end = date(year, month, 1), date(year, month, monthrange(year, month)[1])
        if last >= first:
            gone = Fraction(working_days(first, min(last, end)), working_days(first, end))
            share += Fraction(millionths, WHOLE) * gone
    return share


def needed(missing: int, working_days_left: int) -> int | None:
    """Millionths on each working day that is left, rounded up.

    >>> needed(10, 4), needed(-1, 0), needed(10, 0)
    (3, 0, None)
    """
    if missing <= 0:
        return 0
    return None if working_days_left == 0 else -(-missing // working_days_left)


def forecast(reached: int, newest: Sequence[int], days_left: int) -> Forecast:
    """By the newest days' mean, and between the percentiles of their means over seven days in a row."""
    windows = [
        Fraction(sum(newest[start : start + WINDOW_DAYS]), WINDOW_DAYS)
        for start in range(len(newest) - WINDOW_DAYS + 1)
    ]
    mean = Fraction(sum(newest), len(newest))
    by_day = (mean, percentile(windows, LOW), percentile(windows, HIGH))
    return Forecast(*(_rounded(reached + one * days_left) for one in by_day))


def percentile(values: Sequence[Fraction], share: Fraction) -> Fraction:
    """Between the two nearest values in proportion, as spreadsheets' PERCENTILE.INC and numpy do.

    >>> percentile([Fraction(n) for n in (4, 1, 2, 3)], Fraction(1, 2))
    Fraction(5, 2)
    """
    ordered = sorted(values)
    whole, rest = divmod(share * (len(ordered) - 1), 1)
    below = ordered[whole]
    return below if rest == 0 else below + rest * (ordered[whole + 1] - below)


def _rounded(value: Fraction) -> int:
    """To the nearest whole number, halves up."""
    return int((2 * value + 1) // 2)

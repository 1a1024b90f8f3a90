"""Pace towards a target, in cases that were worked out by hand (a calendar beside them).

2017 has 260 working days; October to December have 65 (22, 22, 21), January has 22.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from fractions import Fraction
from typing import NamedTuple

import pytest

from reports.pace import WHOLE, Forecast, Pace, pace, percentile, planned, working_days


class Case(NamedTuple):
    last: date
    daily: Mapping[date, int]
    """Members by day."""
    expected: Pace
    number: int = 260
    months: tuple[int, ...] | None = None
    year: int = 2017


def every_day(first: date, last: date, members: int) -> dict[date, int]:
    return {first + timedelta(n): members for n in range((last - first).days + 1)}


def by_weekday(first: date, last: date, members: int) -> dict[date, int]:
    return {day: number for day, number in every_day(first, last, members).items() if day.weekday() < 5}


def is_(  # noqa: PLR0917  as in the class
    reached: float,
    expected: float,
    on_track: bool,  # noqa: FBT001
    gone: int,
    left: int,
    needed: int | None,
    *by_end: float,
) -> Pace:
    """In members, but for `needed`; of a year of 365 days."""
    forecast = Forecast(*(round(one * WHOLE) for one in by_end))
    return Pace(round(reached * WHOLE), round(expected * WHOLE), on_track, gone, 365, left, needed, forecast)


def d(month: int, day: int, year: int = 2017) -> date:
    return date(year, month, day)


NOTHING: dict[date, int] = {}
HALF_YEAR_CURVE = (0, 0, 0, 0, 0, 0, 0, 0, 0, 500_000, 300_000, 200_000)

CASES = {
    # Sunday: none of the 260 working days is gone, so nothing is expected and all 260 are left.
    "the first day, nothing yet": Case(d(1, 1), NOTHING, is_(0, 0, True, 1, 260, WHOLE, 0, 0, 0)),
    # Two a day in the four weeks before: 364 days are left, 728 more.
    "the first day, by the December before": Case(
        d(1, 1), every_day(d(12, 5, 2016), d(12, 31, 2016), 2) | {d(1, 1): 2},
        is_(2, 0, True, 1, 260, 992_308, 730, 730, 730),  # 258 / 260 = 0.9923076…, rounded up
    ),
    "before the year": Case(d(6, 30, 2016), NOTHING, is_(0, 0, True, 0, 260, WHOLE, 0, 0, 0)),
    # Monday 2 January: one working day gone, one member wanted, none there: 260 on 259 days.
    "the second day, nothing yet": Case(
        d(1, 2), NOTHING, is_(0, 1, False, 2, 259, 1_003_862, 0, 0, 0)  # 1.00386100…, rounded up
    ),
    # Sunday 31 December.
    "the last day, reached": Case(
        d(12, 31), by_weekday(d(1, 1), d(12, 31), 1), is_(260, 260, True, 365, 0, 0, 260, 260, 260)
    ),
    "the last day, missed by one": Case(
        d(12, 31), by_weekday(d(1, 3), d(12, 31), 1), is_(259, 260, False, 365, 0, None, 259, 259, 259)
    ),
    # Friday 29 December is the last working day: after it none is left, but two days are. Only one of the 22
    # windows has the member, so both percentiles are nothing.
    "the last working day": Case(
        d(12, 29), {d(12, 29): 1}, is_(1, 260, False, 363, 0, None, 1 + 2 / 28, 1, 1)
    ),
    "long after the year": Case(
        d(3, 1, 2019), {d(5, 5): 7, d(1, 1, 2018): 99}, is_(7, 260, False, 365, 0, None, 7, 7, 7)
    ),
    # After 30 September 195 working days are gone. One on each of them: 65 on 65 to come. The last 28 days
    # have 20 working days, every seven have five: 92 days x 5/7.
    "on track to the day": Case(
        d(9, 30), by_weekday(d(1, 1), d(9, 30), 1),
        is_(195, 195, True, 273, 65, WHOLE, *[195 + 92 * 5 / 7] * 3),
    ),
    # After a year without events: 28 days of nothing, 2017 has only what came in the last week.
    "after a year without events": Case(
        d(1, 7), every_day(d(1, 1), d(1, 7), 4),
        # 22 windows; those that end on the last 7 days have 4, 8, … 28 in all, the 15 before them nothing.
        # Percentile 10: nothing. Percentile 90: position 18.9 of 0..21, the 5th is 16/7, the 6th 20/7 a day
        # (18 -> 16/7, 19 -> 20/7): 19.6/7 = 2.8 a day. Mean: 28 / 28 = 1 a day. 358 days are left.
        is_(28, 5, True, 7, 255, 909_804, 28 + 358, 28, 28 + 358 * 2.8),  # 232 / 255 = 0.90980392…
    ),
    # The curve wants half in October, evenly over its 22 working days; 10 are gone on Friday the 13th.
    "a curve by month, in the month": Case(
        d(10, 13), {d(10, 2): 60}, is_(60, 260 / 2 * 10 / 22, True, 286, 55, 3_636_364, *[
            60 + 79 * 60 / 28, 60, 60 + 79 * 60 / 7
        ]), months=HALF_YEAR_CURVE,
    ),
    "a curve by month, before its first": Case(
        d(9, 30), NOTHING, is_(0, 0, True, 273, 65, 4 * WHOLE, 0, 0, 0), months=HALF_YEAR_CURVE
    ),
    "a curve by month, at a month's end": Case(
        d(11, 30), {d(1, 2): 207}, is_(207, 208, False, 334, 21, 2_523_810, 207, 207, 207),
        months=HALF_YEAR_CURVE,
    ),
    # The article: 50,911 of 117,376 after 30 September, 66,465 in 65 working days.
    "the published year": Case(
        d(9, 30), {d(1, 2): 50_911}, is_(50_911, 88_032, False, 273, 65, 1_022_538_462, *[50_911] * 3),
        117_376,
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_pace(case: Case) -> None:
    daily = {day: members * WHOLE for day, members in case.daily.items()}
    assert pace(case.year, case.number, case.months, daily, case.last) == case.expected


def test_a_leap_year_has_a_day_more() -> None:
    found = pace(2016, 1, None, {}, date(2016, 2, 29))
    assert (found.days, found.days_gone, found.working_days_left) == (366, 60, 219)


@pytest.mark.parametrize("start", range(7))
def test_working_days_are_those_of_a_calendar(start: int) -> None:
    first = date(2017, 1, 1) + timedelta(start)
    counted = 0
    for days in range(30):
        counted += (first + timedelta(days)).weekday() < 5
        assert working_days(first, first + timedelta(days)) == counted
    assert working_days(first, first - timedelta(1)) == 0


def test_a_plan_grows_from_nothing_to_the_whole_and_never_falls() -> None:
    for months in (None, HALF_YEAR_CURVE, (*[83_333] * 11, 83_337)):
        shares = [planned(2017, months, date(2016, 12, 31) + timedelta(n)) for n in range(366)]
        assert (shares[0], shares[-1]) == (0, 1)
        assert shares == sorted(shares)


def test_percentiles_are_those_of_a_spreadsheet() -> None:
    """PERCENTILE.INC of 1, 2, 4, 8: 0.1 is at 0.3 between the first two, 0.9 at 0.7 between the last."""
    values = [Fraction(n) for n in (8, 1, 4, 2)]
    assert percentile(values, Fraction(1, 10)) == Fraction(13, 10)
    assert percentile(values, Fraction(9, 10)) == Fraction(68, 10)
    assert percentile(values, Fraction(1)) == 8

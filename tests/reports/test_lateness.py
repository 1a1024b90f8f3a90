"""How much the newest days still grow, by cases done by hand."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from reports.lateness import ENOUGH, LOOKBACK_DAYS, Growth, Late, growth

TODAY = date(2017, 9, 30)
DAY = timedelta(days=1)


def expected(counted: int, *late: Late, age: int = 0) -> int | None:
    newest = growth({TODAY - age * DAY: counted}, late, TODAY)
    return next(one.expected for one in newest if one.day == TODAY - age * DAY)


def late(days_late: int, enrollments: int, recorded: date = TODAY) -> Late:
    return Late(recorded, days_late, enrollments)


def test_a_day_reaches_what_is_counted_by_the_share_recorded_at_its_age() -> None:
    half_later = late(0, 100), late(3, 60), late(10, 40)
    assert expected(50, *half_later) == 100  # half are recorded on the same day
    assert expected(80, *half_later, age=3) == 100  # 160 of 200 by the third
    assert expected(80, *half_later, age=2) == 160  # still only half
    assert expected(80, *half_later, age=10) == 80


def test_halves_are_rounded_up() -> None:
    two_of_three = late(0, 100), late(5, 50)
    assert [expected(counted, *two_of_three) for counted in (1, 2, 3)] == [2, 3, 5]  # 1.5, 3 and 4.5


def test_what_was_recorded_before_the_ninety_days_or_after_the_last_says_nothing() -> None:
    punctual = late(0, 200)
    outside = late(5, 900, TODAY - LOOKBACK_DAYS * DAY), late(5, 900, TODAY + DAY)
    assert expected(50, punctual, *outside) == 50
    assert expected(50, punctual, late(5, 200, TODAY - (LOOKBACK_DAYS - 1) * DAY)) == 100


def test_from_too_few_or_when_nothing_comes_in_time_nothing_is_expected() -> None:
    assert expected(5, late(0, ENOUGH - 1)) is None
    assert expected(5, late(0, ENOUGH)) == 5
    assert expected(5, late(1, ENOUGH)) is None
    assert expected(5) is None


def test_days_without_anybody_are_shown_the_oldest_first() -> None:
    found = growth({}, [late(0, ENOUGH)], TODAY, days=3)
    assert found == tuple(Growth(TODAY - age * DAY, 0, 0) for age in (2, 1, 0))


@given(
    st.lists(st.tuples(st.integers(0, 30), st.integers(1, 1_000)), max_size=10),
    st.integers(0, 10_000),
    st.integers(0, 13),
)
def test_a_day_never_shrinks_and_an_older_one_grows_less(
    known: list[tuple[int, int]], counted: int, age: int
) -> None:
    of = [late(*one) for one in known]
    younger, older = expected(counted, *of, age=age), expected(counted, *of, age=min(age + 1, 13))
    if younger is not None and older is not None:
        assert counted <= older <= younger

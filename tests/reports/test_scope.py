"""Periods and places that a report is about."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.instants import DAY_US, canonical, parse
from models.places import Places
from models.tables.columns import table_of
from models.tables.rows import MemberRow
from reports.efforts import efforts
from reports.moments import NOW, moment_at
from reports.scope import EVERYTHING, Days, Period, Scope, WrongPeriod, parse_period
from tests.builders import DEPOK, GAMPING, SLEMAN, WATES, inspection, outreach
from tests.reports.filled import Filled
from tests.sinks.records import statement

PLACES = ("34.04.07", "34.04.01", "34.01.02", "34", "34.04", "34.71")
SEPTEMBER = Period("2017-09", "2017-09")
BEGIN, LAST = "2017-08-31T17:00:00.000000Z", "2017-09-30T16:59:59.999999Z"
LATER_US = parse("2099-01-01T00:00:00Z")
BEFORE, AFTER = "2017-08-31T16:59:59.999999Z", "2017-09-30T17:00:00.000000Z"


def test_a_period_has_whole_months_of_jakarta() -> None:
    period = parse_period("2016-11..2017-02")
    assert period.months == ("2016-11", "2016-12", "2017-01", "2017-02")
    assert period.days == Days(date(2016, 11, 1), date(2017, 2, 28))
    assert (canonical(SEPTEMBER.days.begin_us), canonical(SEPTEMBER.days.end_us)) == (BEGIN, AFTER)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("2017", "is no period"),
        ("2017-9", "is no period"),
        ("2017-01...2017-02", "is no period"),
        ("2017-01..", "is no period"),
        ("٢٠١٧-01", "is no period"),
        ("2017-13", "2017-13 is no month"),
        ("2017-00..2017-02", "2017-00 is no month"),
        ("2017-09..2017-01", "later than 2017-01. Exchange them."),
        ("1964-12", "not from 1965 to 2100"),
        ("2017-01..2101-01", "not from 1965 to 2100"),
    ],
)
def test_what_is_no_period_is_told(text: str, told: str) -> None:
    with pytest.raises(WrongPeriod, match="^.*" + told):
        parse_period(text)


def test_members_are_in_the_period_from_its_first_moment_to_its_last(store: Filled) -> None:
    instants = {"a": BEFORE, "b": BEGIN, "c": LAST, "d": AFTER}
    store.apply(
        *(statement(name, n, occurred_at=at) for n, (name, at) in enumerate(instants.items(), start=1)),
        statement("e", 9, occurred_at=BEGIN, place=WATES),
    )
    scope = Scope(SLEMAN, SEPTEMBER)
    member = table_of(MemberRow)
    query = member.select().where(*scope.of(member)).order_by(member.c.member_id)
    assert [row.member_id for row in store.read(lambda one: one.execute(query).all())] == ["b", "c"]


@given(
    st.sampled_from(PLACES),
    st.sampled_from(PLACES),
    st.integers(SEPTEMBER.days.begin_us - 2 * DAY_US, SEPTEMBER.days.end_us + 2 * DAY_US),
)
def test_in_python_it_is_the_same_as_in_words(place: str, outer: str, at_us: int) -> None:
    inside = place == outer or place.startswith(f"{outer}.")
    in_time = SEPTEMBER.days.begin_us <= at_us < SEPTEMBER.days.end_us
    assert Scope(outer, SEPTEMBER).has(place, at_us) is (inside and in_time)
    assert Scope(outer).is_inside(place) is (outer != place and outer.startswith(f"{place}."))
    assert EVERYTHING.has(place, at_us)


def test_a_place_that_only_looks_like_another_is_not_in_it() -> None:
    assert not Scope("34.0").has_place("34.04")
    assert all(Scope("34").has_place(code) for code in Places.load().names)


@pytest.mark.parametrize("is_past", [False, True])
def test_costs_are_those_of_events_that_were_held_there_and_then(store: Filled, *, is_past: bool) -> None:
    for number, (place, at) in enumerate(
        [(DEPOK, BEGIN), (GAMPING, LAST), (SLEMAN, BEGIN), ("34", LAST), (WATES, BEGIN), (DEPOK, AFTER)]
    ):
        store.accept(outreach("wayang", name=f"{number}", place=place, occurred_at=at, cost_idr=10**number))
    store.accept(inspection(occurred_at=BEGIN, cost_idr=7), inspection("c2", place=WATES, cost_idr=9))
    moment = store.read(lambda one: moment_at(one, LATER_US)) if is_past else NOW
    store.accept(outreach("other", occurred_at=BEGIN)) if is_past else None

    def found(scope: Scope) -> dict[str, tuple[int, int, int]]:
        sums = store.read(lambda one: efforts(one, moment, scope))
        return {one.channel: (one.events, one.cost_idr, one.wider) for one in sums}

    assert found(EVERYTHING) == {"wayang": (6, 111_111, 0), "inspection": (2, 16, 0)}
    assert found(Scope(SLEMAN, SEPTEMBER)) == {"wayang": (3, 111, 1), "inspection": (1, 7, 0)}
    assert found(Scope(DEPOK, SEPTEMBER)) == {"wayang": (1, 1, 2), "inspection": (1, 7, 0)}
    assert found(Scope("34")) == found(EVERYTHING)
    assert found(Scope("34.71", Period("2017-10", "2017-10"))) == {
        "wayang": (0, 0, 0),
        "inspection": (0, 0, 0),
    }

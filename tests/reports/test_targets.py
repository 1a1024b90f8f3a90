"""Where targets stand, from the rows of a store: by place, kind, channel and agent, as of its last batch."""

from datetime import date

import pytest

from models.places import Places
from models.targets import Target
from reports.moments import moment_of
from reports.targets import Asked, Targets, targets
from reports.targets_words import in_words
from tests.builders import outreach
from tests.reports.filled import Filled, wanted
from tests.sinks.records import MODELS, cancelled, line, organic, statement

HALF = dict.fromkeys(MODELS, 500_000)
AT = "2017-09-{:02}T02:00:00.000000Z"


def company(member: str, **fields: object) -> bytes:
    return statement(member, kind="company", company_id=member, **fields)


def reached(found: Targets) -> dict[Target, float]:
    return {one.target: one.pace.reached / 1_000_000 for one in found.targets}


def test_members_are_counted_by_place_and_kind(store: Filled) -> None:
    asked = [
        wanted(9),
        wanted(9, place="34.04"),
        wanted(9, place="34.04.07"),
        wanted(9, place="34.02"),
        wanted(9, kind="company"),
    ]
    store.load(*asked)
    store.apply(
        statement("m1"), statement("m2", place="34.04.01"), statement("m3", place="34.02.01"),
        company("c1"), cancelled("m4"),
    )  # fmt: skip
    assert [reached(store.read(targets))[one] for one in asked] == [3, 2, 1, 1, 1]


def test_a_day_is_jakartas(store: Filled) -> None:
    store.load(wanted(9))
    store.apply(
        statement("m1", occurred_at="2016-12-31T16:59:59.999999Z"),
        statement("m2", occurred_at="2016-12-31T17:00:00.000000Z"),
        statement("m3", occurred_at="2017-12-31T16:59:59.999999Z"),
        statement("m4", occurred_at="2017-12-31T17:00:00.000000Z"),
    )
    found = store.read(lambda connection: targets(connection, asked=Asked(2017, day=date(2017, 12, 31))))
    assert reached(found) == {wanted(9): 2}


def test_channels_and_agents_are_credited_under_a_model_as_in_campaigns(store: Filled) -> None:
    asked = [wanted(9, channel="perisai"), wanted(9, channel="wayang"), wanted(9, agent="agent-1")]
    store.load(*asked, wanted(9, channel="inspection"))
    store.accept(outreach("perisai", campaign_id="agent-1"), outreach("wayang", campaign_id="show"))
    halves = dict.fromkeys(("linear", "position", "time_decay"), 500_000)
    named = {"channel": "declared", "evidence": "declared", "credit": halves | {"last": 1_000_000}}
    declared = line("agent-1", **named)
    show = line("show", number=1, credit=halves | {"first": 1_000_000})
    store.apply(statement("m1", lines=(declared, show)), statement("m2", lines=(organic(),)))
    for model, numbers in (("linear", [0.5, 0.5, 0.5]), ("first", [0, 1, 0]), ("last", [1, 0, 1])):
        found = store.read(lambda connection, model=model: targets(connection, asked=Asked(model=model)))
        assert [reached(found)[one] for one in asked] == numbers
        assert reached(found)[wanted(9, channel="inspection")] == 0


def test_a_store_filled_after_the_year_is_looked_at_after_the_last_thing_that_happened(store: Filled) -> None:
    store.apply(statement("m1", occurred_at=AT.format(28)))
    assert store.read(targets).day == date(2017, 9, 28)
    store.accept(outreach("wayang", name="later", occurred_at=AT.format(30)))
    assert store.read(targets).day == date(2017, 9, 30)
    store.accept(
        outreach("wayang", name="taken back", occurred_at="2018-02-01T00:00:00Z", status="cancelled")
    )
    assert store.read(targets).day == date(2017, 9, 30)


def test_a_year_is_over_when_something_happened_after_it(store: Filled) -> None:
    store.apply(statement("m1"))
    store.accept(outreach("wayang", occurred_at="2018-01-02T00:00:00Z"))
    (_, worker) = sorted(store.read(targets).targets, key=lambda one: one.target.kind)
    assert (worker.pace.days_gone, worker.pace.working_days_left) == (365, 0)
    assert worker.pace.needed_per_working_day is None


@pytest.mark.parametrize(
    ("written", "gone"),
    [
        ("2016-12-31 16:59:59", 0),
        ("2016-12-31 17:00:00", 1),
        ("2017-10-13 03:00:00", 286),
        ("2017-12-31 16:59:59", 365),
    ],
)
def test_within_the_year_the_last_batch_tells_the_day(store: Filled, written: str, gone: int) -> None:
    store.spoil(f"UPDATE batch SET committed_at = '{written}.000000{store.offset}'")
    found = store.read(targets)
    assert {one.pace.days_gone for one in found.targets} == {gone}
    assert {one.pace.reached for one in found.targets} == {0}
    assert {one.pace.forecast.high for one in found.targets} == {0}


def test_without_targets_the_published_ones_stand_in(store: Filled) -> None:
    found = store.read(targets)
    assert (found.published, found.year, found.years) == (True, 2017, (2017,))
    assert [(one.target.kind, one.target.number) for one in found.targets] == [
        ("worker", 117_376),
        ("company", 2_710),
    ]
    store.load(wanted(3, year=2016))
    found = store.read(targets)
    assert (found.published, found.year, [one.target.number for one in found.targets]) == (False, 2016, [3])


def test_loading_a_year_again_replaces_it_alone(store: Filled) -> None:
    store.load(wanted(3), wanted(4, kind="company"))
    store.load(wanted(5, year=2018, months=(1_000_000, *[0] * 11)))
    store.load(wanted(6))
    asked = [
        store.read(lambda connection, year=year: targets(connection, asked=Asked(year)))
        for year in (2017, 2018)
    ]
    assert [[one.target for one in found.targets] for found in asked] == [
        [wanted(6)],
        [wanted(5, year=2018, months=(1_000_000, *[0] * 11))],
    ]
    assert store.read(lambda connection: targets(connection, asked=Asked(2019))).targets == ()


def test_a_past_moment_has_its_own_members_and_day(store: Filled) -> None:
    store.apply(statement("m1", occurred_at=AT.format(3)))
    batch_us = store.read(lambda connection: moment_of(connection, 2**52)).committed_us
    store.apply(statement("m2", occurred_at=AT.format(5)))
    store.accept(outreach("wayang", occurred_at=AT.format(9)))
    then = store.read(lambda connection: targets(connection, moment_of(connection, batch_us)))
    now = store.read(targets)
    assert (then.day, now.day) == (date(2017, 9, 3), date(2017, 9, 9))
    assert [one.targets[0].pace.reached for one in (then, now)] == [1_000_000, 2_000_000]


def test_it_is_told_in_words(store: Filled) -> None:
    store.load(wanted(4), wanted(1, kind="company", place="34.04"), wanted(2, channel="wayang"))
    store.apply(statement("m1"), company("c1", lines=(line(credit=HALF), organic(500_000, number=1))))
    assert in_words(store.read(targets), Places.load()) == (
        "Targets of 2017 after 1 September 2017: 244 of 365 days gone (66.8 %), 85 working days left.\n\n"
        "Workers in Daerah Istimewa Yogyakarta\n"
        "  reached: 1 of 4 (25.0 %); planned by now 3: behind\n"
        "  needed: 1 on each working day that is left (Monday to Friday)\n"
        "  forecast: 5 by the end of the year (1 to 1)\n\n"
        "Workers in Daerah Istimewa Yogyakarta, by wayang (credit model linear)\n"
        "  reached: 1 of 2 (50.0 %); planned by now 1: behind\n"
        "  needed: 1 on each working day that is left (Monday to Friday)\n"
        "  forecast: 5 by the end of the year (1 to 1)\n\n"
        "Companies in Kabupaten Sleman\n"
        "  reached: 1 of 1 (100.0 %); planned by now 1: on track\n"
        "  needed: nothing more, the target is reached\n"
        "  forecast: 5 by the end of the year (1 to 1)"
    )

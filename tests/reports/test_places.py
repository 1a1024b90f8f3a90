"""Members by sub-district, month and kind."""

from reports.campaigns import campaigns
from reports.places import PlaceCount, places
from tests.reports.filled import Filled
from tests.sinks.records import cancelled, statement


def test_active_members_are_counted_in_the_month_of_jakarta(store: Filled) -> None:
    last_of_august, first_of_september = "2017-08-31T16:59:59.999999Z", "2017-08-31T17:00:00.000000Z"
    store.apply(
        statement("m1", occurred_at=last_of_august),
        statement("m2", occurred_at=first_of_september),
        statement("m3", place="34.01.02"),
        statement("c1", kind="company", company_id="c1"),
        cancelled("m4"),
    )
    assert store.read(places) == (
        PlaceCount("34.01.02", "2017-09", "worker", 1),
        PlaceCount("34.04.07", "2017-08", "worker", 1),
        PlaceCount("34.04.07", "2017-09", "company", 1),
        PlaceCount("34.04.07", "2017-09", "worker", 1),
    )


def test_those_of_the_year_add_up_to_its_progress(store: Filled) -> None:
    years = ("1950-01-01T00:00:00.000000Z", "2016-12-31T17:00:00.000000Z", "2017-12-31T16:59:59.000000Z")
    store.apply(*(statement(f"m{number}", occurred_at=years[number % 3]) for number in range(9)))
    found = store.read(places)
    assert found[0] == PlaceCount("34.04.07", "1950-01", "worker", 3)
    progress = store.read(campaigns).progress
    assert sum(one.members for one in found if one.month.startswith("2017")) == progress.workers == 6

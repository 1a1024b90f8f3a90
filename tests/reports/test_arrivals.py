"""When events happened and were recorded, and how good the data of each source is."""

from datetime import date

from reports.arrivals import Arrivals, arrivals
from reports.counts import counted_members
from reports.credited import credit_by, credited
from reports.newest import newest_events
from reports.sources import LATE_DAYS, Source, refused_by_source, sources
from tests.builders import at, company, enrollment, inspection, outreach
from tests.reports.filled import Filled
from tests.sinks.records import cancelled, line, organic, refused, statement


def test_days_are_those_of_jakarta(store: Filled) -> None:
    late = {"occurred_at": "2017-09-01T16:59:59.999999Z", "recorded_at": "2017-09-01T17:00:00.000000Z"}
    store.accept(enrollment("m1", **late), enrollment("m2", **late, revision=1, status="cancelled"))
    days = date(2017, 9, 1), date(2017, 9, 2)
    assert store.read(arrivals) == (
        Arrivals("enrollment", "front-desk", *days, is_active=False, is_corrected=True, events=1),
        Arrivals("enrollment", "front-desk", *days, is_active=True, is_corrected=False, events=1),
    )
    assert store.read(arrivals)[0].days_late == 1


def test_what_is_recorded_before_it_happens_is_not_late(store: Filled) -> None:
    store.accept(enrollment("m1", day=3, recorded_at=at(1)))
    [found] = store.read(arrivals)
    assert found.days_late == 0


def test_a_source_is_told_by_what_came_late_was_corrected_and_refused(store: Filled) -> None:
    store.accept(
        enrollment("m1", day=1, recorded_at=at(1), source="a"),
        enrollment("m2", day=1, recorded_at=at(1 + LATE_DAYS), source="a"),
        outreach(day=1, recorded_at=at(2 + LATE_DAYS), source="a", revision=2),
        inspection(day=1, recorded_at=at(1), source="b"),
    )
    store.refuse(
        refused(offset=0, value='{"source": "b"}'),
        refused(offset=1, value='{"source": "c", "x": 1}'),
        refused(offset=2, value='{"source": "\\u0007"}'),
        refused(offset=3, value="{"),
    )
    found = sources(store.read(arrivals), store.read(refused_by_source))
    assert found == (
        Source("a", events=3, late=1, median_days_late=LATE_DAYS, corrected=1, refused=0),
        Source("b", events=1, late=0, median_days_late=0, corrected=0, refused=1),
        Source("c", events=0, late=0, median_days_late=0, corrected=0, refused=1),
        Source("", events=0, late=0, median_days_late=0, corrected=0, refused=2),
    )


def test_the_newest_events_name_nobody(store: Filled) -> None:
    store.accept(enrollment("m1"))
    store.accept(company("c1"), outreach(attendees=["m1"], companies=["c1"]), inspection("c1"))
    found = store.read(newest_events)
    assert [one.type for one in found] == ["enrollment", "inspection", "outreach-event", "enrollment"]
    told = repr(found)
    assert not any(name in told for name in ("m1", "c1", enrollment("m1")["person"], "member", "person"))
    assert len(store.read(lambda connection: newest_events(connection, 2))) == 2


def test_persuasion_and_compulsion_add_up_to_all(store: Filled) -> None:
    half = {"first": 500_000, "linear": 500_000}
    pressed = line("sp1", number=1, channel="inspection", approach="compulsion", credit=half)
    store.apply(
        statement("m1", lines=(line("show", credit=half), pressed)),
        statement("m2", lines=(organic(),)),
        statement("c1", kind="company", company_id="c1", lines=(pressed,)),
        cancelled("m3"),
    )
    found = credit_by("approach", store.read(credited))
    assert found["persuasion"] == {"worker": half}
    assert found["compulsion"] == {"worker": half, "company": half}
    assert found["none"]["worker"]["linear"] == 1_000_000


def test_members_are_counted_by_year_and_kind(store: Filled) -> None:
    store.apply(
        statement("m1"),
        statement("m2", occurred_at="2016-12-31T17:00:00.000000Z"),  # New Year in Jakarta
        statement("m3", occurred_at="2016-12-31T16:00:00.000000Z"),
        statement("c1", kind="company", company_id="c1"),
    )
    whole = 1_000_000
    assert store.read(counted_members) == {
        (2017, "worker"): 2 * whole,
        (2016, "worker"): whole,
        (2017, "company"): whole,
    }

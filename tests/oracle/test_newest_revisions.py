"""The oracle on events resent, corrected, cancelled, restored and duplicated."""

from itertools import permutations

import pytest

from models.places import Places
from tests.builders import (
    DEPOK,
    GAMPING,
    Event,
    at,
    company,
    enrollment,
    event_id,
    inspection,
    lines,
    outreach,
)
from tests.oracle.oracle import expected
from tests.oracle.tables import Row, Tables

PLACES = Places.load()


def in_any_order(*events: Event) -> Tables:
    """The tables, checked to be the same in every order of arrival and with everything sent twice."""
    found = expected(lines(*events), PLACES)
    for order in permutations(lines(*events)):
        assert expected([*order, *order], PLACES) == found
    return found


def members(found: Tables) -> dict[str, tuple[str, str, int]]:
    return {row["member_id"]: (row["status"], row["evidence"], row["duplicates"]) for row in found["member"]}


def credited(found: Tables) -> dict[str, int]:
    return {row["campaign_id"]: row["credit"] for row in found["credit_current"].where(model="last")}


def the_event(found: Tables, type_: str) -> Row:
    (row,) = found["event"].where(type=type_)
    return row


def test_the_highest_revision_stands() -> None:
    walk = outreach("healthy_walk", attendees=["w1"])
    found = in_any_order(
        enrollment(), walk, walk | {"revision": 2, "attendees": []}, walk | {"revision": 1, "headcount": 7}
    )
    assert members(found) == {"w1": ("active", "none", 0)}
    assert the_event(found, "outreach-event")["revision"] == 2
    assert found["outreach_event"][0]["attendees"] == 0


def test_a_conflict_goes_to_the_later_recording_then_to_the_greater_text() -> None:
    walk = outreach("healthy_walk", attendees=["w1"])
    late = walk | {"recorded_at": at(9), "campaign_id": "a-late"}
    greater = walk | {"recorded_at": at(9), "campaign_id": "b-late"}
    found = in_any_order(enrollment(), late, walk, greater)
    assert credited(found) == {"b-late": 1_000_000}


def test_a_cancelled_event_touches_nobody_and_a_higher_revision_restores_it() -> None:
    walk = outreach("healthy_walk", attendees=["w1"])
    gone = walk | {"status": "cancelled", "revision": 1}
    found = in_any_order(enrollment(), walk, gone)
    assert credited(found) == {"organic": 1_000_000}
    assert found["campaign"] == []
    assert found["outreach_event"][0]["status"] == "cancelled"
    found = in_any_order(enrollment(), walk, gone, walk | {"revision": 2})
    assert credited(found) == {"healthy_walk": 1_000_000}


def test_of_two_enrollments_the_earlier_counts_then_the_smaller_id() -> None:
    twice = [enrollment(day=3, name=name, place=place) for name, place in (("x", DEPOK), ("y", GAMPING))]
    found = in_any_order(*twice, enrollment(day=4, name="z"))
    smaller = min(twice, key=lambda event: str(event["event_id"]))
    assert found["member"][0]["enrollment_event_id"] == smaller["event_id"]
    assert found["member"][0]["place"] == smaller["place"]
    assert members(found) == {"w1": ("active", "none", 2)}
    assert sum(row["credit"] for row in found["credit_current"].where(model="linear")) == 1_000_000


def test_a_cancelled_enrollment_gives_way_to_the_next() -> None:
    first = enrollment(day=3, name="x", declared="perisai-sleman")
    found = in_any_order(first, enrollment(day=4, name="y"), first | {"revision": 1, "status": "cancelled"})
    assert members(found) == {"w1": ("active", "none", 0)}
    assert found["member"][0]["enrollment_event_id"] == event_id("y")


def test_a_member_of_cancelled_enrollments_keeps_a_row_and_has_no_lines() -> None:
    found = in_any_order(
        enrollment(day=4, name="x", status="cancelled", declared="c"),
        enrollment(day=3, name="y", status="cancelled", place=GAMPING),
        outreach(attendees=["w1"]),
    )
    assert members(found) == {"w1": ("cancelled", "none", 0)}
    assert found["member"][0]["enrollment_event_id"] == event_id("y")
    assert found["member"][0]["place"] == GAMPING
    assert found["credit_current"] == []
    assert found["live_count"] == []


def test_a_member_that_a_correction_no_longer_names_loses_the_row() -> None:
    typo = enrollment("w1", name="x", person=None)
    corrected = typo | {"revision": 1, "member_id": "w2"}
    assert members(in_any_order(typo, corrected)) == {"w2": ("active", "none", 0)}
    taken_back = corrected | {"revision": 2, "status": "cancelled"}
    assert members(in_any_order(typo, corrected, taken_back)) == {"w2": ("cancelled", "none", 0)}


def test_a_corrected_employer_or_person_moves_the_evidence() -> None:
    first = enrollment(company_id="c1")
    found = in_any_order(
        first,
        first | {"revision": 1, "company_id": "c2"},
        inspection("c1", campaign_id="one"),
        inspection("c2"),
    )
    assert credited(found) == {"inspections": 1_000_000}
    found = in_any_order(first, first | {"revision": 1, "person": None}, outreach(attendees=["w1"]))
    assert credited(found) == {"organic": 1_000_000}


def test_a_refused_revision_never_counts() -> None:
    walk = outreach("healthy_walk", attendees=["w1"])
    spoiled = [walk | {"revision": 1, "note": 1}, walk | {"revision": 2, "place": "34.99"}]
    found = in_any_order(enrollment(), walk, *spoiled)
    assert credited(found) == {"healthy_walk": 1_000_000}
    assert the_event(found, "outreach-event")["revision"] == 0


def test_an_event_a_year_late_counts_where_it_happened() -> None:
    found = in_any_order(enrollment(day=3), outreach(day=1, recorded_at=at(366), attendees=["w1"]))
    assert credited(found) == {"wayang": 1_000_000}


@pytest.mark.parametrize("member", ["c1", "w1"])
def test_a_company_is_a_member_like_any_other(member: str) -> None:
    found = in_any_order(company("c1"), enrollment("w1", company_id="c1"), outreach(companies=["c1", "c1"]))
    assert members(found)[member] == ("active", "company", 0)
    assert found["outreach_event"][0]["companies"] == 1


def test_a_campaign_sums_its_active_events() -> None:
    same: Event = {"campaign_id": "together", "cost_idr": 5}
    found = in_any_order(
        outreach("wayang", 2, **same),
        outreach("perisai", 1, **same),
        inspection(day=-1, **same),
        outreach("other", 9, status="cancelled", **same),
    )
    assert found["campaign"] == [
        {
            "campaign_id": "together",
            "channels": "inspection,perisai,wayang",
            "events": 2,
            "inspections": 1,
            "headcount": 200,
            "cost_idr": 15,
            "first_at": "2017-08-31 02:00:00.000000",
            "last_at": "2017-09-03 02:00:00.000000",
        }
    ]
    assert len(found["outreach_event"]) == 3

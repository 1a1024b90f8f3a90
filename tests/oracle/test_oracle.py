"""The oracle against cases computed by hand: journeys, credit and sums."""

from typing import Any

import pytest

from models.places import Places
from tests.builders import (
    DEPOK,
    GAMPING,
    SLEMAN,
    Event,
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


def tables(*events: Event) -> Tables:
    return expected(lines(*events), PLACES)


def earned(found: Tables, model: str, **wanted: object) -> dict[str, int]:
    """Millionths by campaign; a campaign may earn on several lines."""
    sums: dict[str, int] = {}
    for row in found["credit_current"].where(model=model, **wanted):
        sums[row["campaign_id"]] = sums.get(row["campaign_id"], 0) + row["credit"]
    return sums


def the_member(found: Tables, member_id: str = "w1") -> Row:
    (row,) = found["member"].where(member_id=member_id)
    return row


def evidence(*events: Event) -> str:
    return str(the_member(tables(*events))["evidence"])


GOLDEN = {
    "first": (3_000_000, 0, 0),
    "last": (1_000_000, 1_000_000, 1_000_000),
    "linear": (1_833_334, 833_333, 333_333),
    "position": (1_900_000, 700_000, 400_000),
}


def golden_journeys() -> Tables:
    """Three members who convert after A; A and B; A, B and C, a day apart, the last at T."""
    return tables(
        outreach("wayang", 1, campaign_id="A", attendees=["w1", "w2", "w3"]),
        outreach("perisai", 2, campaign_id="B", attendees=["w2", "w3"]),
        outreach("other", 3, campaign_id="C", attendees=["w3"]),
        *(enrollment(f"w{number}", day=number) for number in (1, 2, 3)),
    )


@pytest.mark.parametrize("model", GOLDEN)
def test_the_golden_vector_comes_out_of_whole_tables(model: str) -> None:
    found = golden_journeys()
    live = {row["campaign_id"]: row["credit"] for row in found["live_count"].where(model=model)}
    assert tuple(live.get(campaign, 0) for campaign in "ABC") == GOLDEN[model]


def test_the_golden_vector_of_decay_is_right_to_four_places() -> None:
    live = {
        row["campaign_id"]: row["credit"] for row in golden_journeys()["live_count"].where(model="time_decay")
    }
    assert [round(live[campaign] / 1_000_000, 4) for campaign in "ABC"] == [1.7762, 0.8570, 0.3668]
    assert sum(live.values()) == 3_000_000


@pytest.mark.parametrize(
    ("days", "us", "expected_evidence"),
    [
        (90, 0, "attendance"),
        (90, 1, "attendance"),
        (90, -1, "none"),
        (0, 0, "attendance"),
        (0, -1, "attendance"),
        (0, 1, "none"),
    ],
)
def test_attendance_counts_from_ninety_days_before_to_the_instant_itself(
    days: int, us: int, expected_evidence: str
) -> None:
    assert evidence(enrollment(day=0), outreach(day=-days, us=us, attendees=["w1"])) == expected_evidence


@pytest.mark.parametrize(("us", "expected_evidence"), [(0, "place"), (-1, "none"), (1, "place")])
def test_a_place_counts_for_thirty_days_both_ends_included(us: int, expected_evidence: str) -> None:
    assert evidence(enrollment(day=0), outreach(day=-30, us=us, place=DEPOK)) == expected_evidence


def test_an_attendance_that_is_too_old_is_no_place_touch_either() -> None:
    assert evidence(enrollment(day=0), outreach(day=-91, place=DEPOK, attendees=["w1"])) == "none"


def test_one_event_is_one_touch_of_its_strongest_evidence() -> None:
    found = tables(
        outreach(day=1, attendees=["w1"], companies=["c1"], place=DEPOK), enrollment(company_id="c1")
    )
    assert earned(found, "linear") == {"wayang": 1_000_000}
    assert [row["evidence"] for row in found["credit_current"].where(model="linear")] == ["attendance"]


@pytest.mark.parametrize(
    ("place", "reaches"), [("34", True), (SLEMAN, True), (DEPOK, True), (GAMPING, False)]
)
def test_a_place_touch_shares_three_tenths_and_organic_keeps_the_rest(place: str, reaches: bool) -> None:  # noqa: FBT001
    found = tables(outreach(day=1, place=place), enrollment())
    wanted = {"wayang": 300_000, "organic": 700_000} if reaches else {"organic": 1_000_000}
    for model in ("first", "last", "linear", "position", "time_decay"):
        assert earned(found, model) == wanted


def test_place_touches_count_only_where_there_is_no_other_touch() -> None:
    near = outreach(day=1, place=DEPOK)
    walk = outreach("healthy_walk", -60, attendees=["w1"])
    assert earned(tables(near, walk, enrollment()), "linear") == {"healthy_walk": 1_000_000}


def test_declaring_and_attending_one_campaign_are_two_touches() -> None:
    found = tables(outreach(day=2, attendees=["w1"]), enrollment(day=3, declared="wayang"))
    rows = found["credit_current"].where(model="linear")
    assert [(row["line"], row["channel"], row["evidence"], row["credit"]) for row in rows] == [
        (0, "wayang", "attendance", 500_000),
        (1, "declared", "declared", 500_000),
    ]
    assert rows[1]["touch_id"] == event_id("enrollment of w1")
    assert found["live_count"].where(model="linear")[0]["members"] == 1


def test_at_one_instant_the_stronger_evidence_is_the_later_touch() -> None:
    found = tables(
        inspection(day=3),
        outreach(day=3, attendees=["w1"]),
        enrollment(day=3, company_id="c1", declared="perisai-sleman"),
    )
    rows = found["credit_current"].where(model="linear")
    assert [row["evidence"] for row in rows] == ["company", "attendance", "declared"]
    assert [row["credit"] for row in rows] == [333_334, 333_333, 333_333]
    assert earned(found, "last") == {"perisai-sleman": 1_000_000}
    assert the_member(found)["evidence"] == "declared"


@pytest.mark.parametrize(
    ("stage", "approach"),
    [("visit", "persuasion"), ("sp1", "compulsion"), ("sp2", "compulsion"), ("sanction", "compulsion")],
)
def test_an_inspection_reaches_the_company_and_its_workers(stage: str, approach: str) -> None:
    found = tables(inspection("c1", stage=stage), company("c1"), enrollment(company_id="c1"))
    rows = found["credit_current"].where(model="first")
    assert [(row["member_id"], row["channel"], row["approach"]) for row in rows] == [
        ("c1", "inspection", approach),
        ("w1", "inspection", approach),
    ]


def test_an_event_of_each_type_may_bear_the_same_id() -> None:
    same: dict[str, Any] = {"name": "twin", "day": 2}
    found = tables(inspection(**same), outreach(**same, companies=["c1"]), company("c1"))
    rows = found["credit_current"].where(model="linear")
    assert [row["channel"] for row in rows] == ["inspection", "wayang"]


def test_lines_of_no_credit_are_not_kept_and_numbers_stay() -> None:
    found = tables(*(outreach(day=day, place=DEPOK) for day in (0, 1, 2)), enrollment())
    numbers = {
        model: [row["line"] for row in found["credit_current"].where(model=model)]
        for model in ("first", "last", "linear")
    }
    assert numbers == {"first": [0, 3], "last": [2, 3], "linear": [0, 1, 2, 3]}
    organic = found["credit_current"].where(model="last", line=3)[0]
    assert organic["touch_id"] is organic["touched_at"] is None
    assert {organic[name] for name in ("campaign_id", "channel")} == {"organic"}
    assert {organic[name] for name in ("evidence", "approach")} == {"none"}


@pytest.mark.parametrize(
    ("occurred_at", "month"),
    [
        ("2017-08-31T16:59:59.999999Z", "2017-08"),
        ("2017-08-31T17:00:00Z", "2017-09"),
        ("2017-09-01T00:00:00+07:00", "2017-09"),
        ("1949-01-31T16:00:00Z", "1949-02"),
        ("1955-01-31T16:29:59.999999Z", "1955-01"),
        ("1955-01-31T16:30:00Z", "1955-02"),
        ("1963-12-31T16:30:00Z", "1963-12"),
        ("1963-12-31T17:00:00Z", "1964-01"),
    ],
)
def test_the_month_is_the_one_on_the_calendar_in_jakarta(occurred_at: str, month: str) -> None:
    """Jakarta was at +08:00 until 1950, at +07:30 until 1964, and put its clocks back at that midnight."""
    found = tables(enrollment(occurred_at=occurred_at))
    assert {row["month"] for row in found["live_count"]} == {month}


def test_live_count_counts_members_by_regency_and_kind() -> None:
    found = tables(enrollment("w1"), enrollment("w2", place=GAMPING), company("c1", place="34.71.01"))
    assert found["live_count"].where(model="linear") == [
        {
            "campaign_id": "organic",
            "district": district,
            "month": "2017-09",
            "kind": kind,
            "model": "linear",
            "credit": members * 1_000_000,
            "members": members,
        }
        for district, kind, members in ((SLEMAN, "worker", 2), ("34.71", "company", 1))
    ]

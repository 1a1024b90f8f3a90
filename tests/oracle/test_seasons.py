"""Awkward seasons hold everything that is awkward, and the oracle keeps its own laws on them."""

from collections import Counter, defaultdict
from random import Random

import pytest
from hypothesis import given, settings

from models.places import Places
from tests.oracle.clock import jakarta_month, read_instant
from tests.oracle.membership import Reach, members, touch
from tests.oracle.newest_revisions import judged, newest_revisions
from tests.oracle.oracle import expected
from tests.oracle.rulebook import DEFAULT
from tests.oracle.tables import Tables
from tests.strategies import Record, awkward_record_lists, awkward_records, awkward_season, awkward_seasons
from tests.thorough import tries

PLACES = Places.load()


@pytest.fixture(scope="module")
def large() -> list[bytes]:
    return awkward_season(1, 3_000)


@pytest.fixture(scope="module")
def rows(large: list[bytes]) -> Tables:
    return expected(large, PLACES)


def test_a_season_is_the_same_for_the_same_seed_and_another_for_another() -> None:
    assert awkward_season(7, 60) == awkward_season(7, 60)
    assert awkward_season(7, 60) != awkward_season(8, 60)


def test_a_season_holds_every_evidence_status_and_reason(large: list[bytes], rows: Tables) -> None:
    reasons = {reason for reason in (judged(raw, PLACES) for raw in large) if isinstance(reason, str)}
    assert reasons == {"too_large", "not_json", "raw_national_id", "invalid", "unknown_place"}
    assert {row["evidence"] for row in rows["member"]} == {
        "declared",
        "attendance",
        "company",
        "place",
        "none",
    }
    assert {row["status"] for row in rows["member"]} == {"active", "cancelled"}
    assert {row["approach"] for row in rows["credit_current"]} == {"persuasion", "compulsion", "none"}
    assert max(row["duplicates"] for row in rows["member"]) >= 2
    assert max(row["line"] for row in rows["credit_current"]) >= 3
    assert {row["kind"] for row in rows["live_count"]} == {"worker", "company"}


def test_a_season_holds_resends_conflicts_and_members_that_lost_their_row(
    large: list[bytes], rows: Tables
) -> None:
    contents: dict[tuple[str, str, int], list[str]] = defaultdict(list)
    named = set()
    for event in (judged(raw, PLACES) for raw in large):
        if not isinstance(event, str):
            contents[event.type, event.event_id, event.fields["revision"]].append(event.body)
            named.add(event.fields.get("member_id"))
    assert any(len(bodies) > len(set(bodies)) for bodies in contents.values())
    assert sum(len(set(bodies)) > 1 for bodies in contents.values()) > 100
    assert len(named - {None}) > len(rows["member"])


def test_records_go_to_wrong_topics_too() -> None:
    reasons = Counter(judged(record, PLACES) for record in awkward_records(1, 2_000))
    assert reasons["wrong_topic"]
    assert reasons["not_json"]


@given(awkward_record_lists())
@settings(max_examples=tries(60), deadline=None)
def test_order_and_resends_change_no_row(records: list[Record]) -> None:
    found = expected(records, PLACES)
    turned = records * 2
    Random(0).shuffle(turned)
    assert expected(turned, PLACES) == found


@given(awkward_seasons())
@settings(max_examples=tries(60), deadline=None)
def test_each_active_member_has_a_million_under_every_model(season: list[bytes]) -> None:
    found = expected(season, PLACES)
    sums: Counter[tuple[str, str]] = Counter()
    for row in found["credit_current"]:
        sums[row["member_id"], row["model"]] += row["credit"]
    active = [row["member_id"] for row in found["member"].where(status="active")]
    assert sums == {
        (member, model): 1_000_000
        for member in active
        for model in ("first", "last", "linear", "position", "time_decay")
    }


@given(awkward_seasons())
@settings(max_examples=tries(60), deadline=None)
def test_the_index_of_touches_leaves_none_out(season: list[bytes]) -> None:
    newest = newest_revisions(season, PLACES)
    events = [event for event in newest.values() if event.active]
    reach = Reach()
    for event in events:
        if event.type != "enrollment":
            reach.add(event)
    for member in members(newest.values()).values():
        if member.enrollment.active:
            found = [touch(event, member.enrollment, reach, DEFAULT) for event in events]
            strong = {each for each in found if each and each.evidence != "place"}
            touches = strong or {each for each in found if each}
            assert {each.order for each in member.journey.touches} == {each.order for each in touches}


def test_months_of_a_season_are_those_of_its_members(rows: Tables) -> None:
    months = {
        jakarta_month(read_instant(row["occurred_at"].replace(" ", "T") + "Z") or 0)
        for row in rows["member"].where(status="active")
    }
    assert {row["month"] for row in rows["live_count"]} == months
    assert {"1963-12", "2017-09"} <= months

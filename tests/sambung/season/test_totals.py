"""`diy-2017` adds up to the published sums, everywhere in the province and by every effort."""

from collections import Counter
from typing import Any

from models.places import level
from sambung.season import simulate

Row = dict[str, Any]
CHANNELS = {"wayang", "healthy_walk", "sailing_race", "mass_socialisation", "institution_meeting", "perisai"}


def test_the_season_ends_with_the_published_sums(enrollments: list[Row]) -> None:
    members = {row["member_id"]: row["kind"] for row in enrollments}
    assert Counter(members.values()) == {"worker": 50_911, "company": 1_145}
    assert len(enrollments) == 52_056
    assert {row.get("status", "active") for row in enrollments} == {"active"}


def test_members_are_in_all_78_sub_districts(enrollments: list[Row]) -> None:
    found = {row["place"] for row in enrollments}
    assert len(found) == 78
    assert all(level(place) == "district" for place in found)


def test_sleman_and_the_city_have_the_most_companies(enrollments: list[Row]) -> None:
    companies = Counter(row["place"][:5] for row in enrollments if row["kind"] == "company")
    assert {regency for regency, _ in companies.most_common(2)} == {"34.04", "34.71"}


def test_every_effort_is_held_and_moves_companies_and_workers(
    gatherings: list[Row], truth: list[Row]
) -> None:
    assert {row["channel"] for row in gatherings} == CHANNELS | {"other"}
    for kind in ("company", "worker"):
        moved = Counter(row["channel"] for row in truth if row["kind"] == kind)
        assert set(moved) == CHANNELS | {"other", "inspection", "organic"}


def test_campaigns_are_few_and_can_be_read(events: list[Row]) -> None:
    campaigns = {row["campaign_id"] for row in events if "campaign_id" in row}
    assert 100 <= len(campaigns) <= 250
    assert {"wayang-2017-sleman", "perisai-bantul-07", "dinkes-gunungkidul-2017"} <= campaigns
    assert {"tim-deteksi-dini-2017-kulonprogo", "sosialisasi-2017-q1-diy"} <= campaigns
    assert sum(campaign.startswith("jalan-sehat-2017-0") for campaign in campaigns) > 20


def test_companies_are_of_very_uneven_size(enrollments: list[Row]) -> None:
    new = {row["member_id"] for row in enrollments if row["kind"] == "company"}
    sizes = Counter(
        row["company_id"] for row in enrollments if row["kind"] == "worker" and row.get("company_id") in new
    )
    ranked = sorted(sizes.values())
    assert len(ranked) == 1_145
    assert 35 <= sum(ranked) / len(ranked) <= 42
    assert ranked[len(ranked) // 2] <= 12
    assert ranked[-1] >= 700


def test_workers_follow_their_company_within_days(enrollments: list[Row], truth: list[Row]) -> None:
    joined = {row["member_id"]: row["occurred_at"] for row in truth if row["kind"] == "company"}
    followers = [row for row in truth if row["kind"] == "worker" and row["company_id"] in joined]
    assert all(row["occurred_at"] > joined[row["company_id"]] for row in followers)
    on_the_day = sum(row["occurred_at"][:10] == joined[row["company_id"]][:10] for row in followers)
    assert on_the_day > len(followers) // 5
    assert len(followers) < len(enrollments)


def test_informal_workers_have_no_company(enrollments: list[Row]) -> None:
    informal = [row for row in enrollments if row["kind"] == "worker" and row.get("company_id") is None]
    assert len(informal) == 5_420
    by_agent = sum((row.get("declared") or "").startswith("perisai-") for row in informal)
    assert by_agent > 1_500


def test_the_small_season_has_every_channel_too() -> None:
    channels = {row["channel"] for row in simulate("mini", 1).truth()}
    assert channels > {"perisai", "wayang", "healthy_walk", "inspection", "mass_socialisation", "organic"}

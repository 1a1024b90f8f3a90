"""Checks that anybody who knows the region would make first."""

from collections import Counter, defaultdict
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

from sambung.season.almanac import PASARAN, is_open, month_end_rush, pasaran
from sambung.season.geography import market_day

Row = dict[str, Any]
WIB = timezone(timedelta(hours=7))
SUNDAY = 6


def local(row: Row) -> datetime:
    return datetime.fromisoformat(row["occurred_at"]).astimezone(WIB)


def by_channel(gatherings: list[Row], channel: str) -> list[Row]:
    return [row for row in gatherings if row["channel"] == channel]


def test_perisai_agents_work_in_sleman_bantul_and_the_city_only(
    gatherings: list[Row], enrollments: list[Row]
) -> None:
    rounds = by_channel(gatherings, "perisai")
    assert {row["place"][:5] for row in rounds} == {"34.02", "34.04", "34.71"}
    assert {len(row["place"]) for row in rounds} == {8}
    recruits = [row for row in enrollments if row["source"] == "aplikasi-perisai"]
    assert {row["place"][:5] for row in recruits} == {"34.02", "34.04", "34.71"}


def test_agents_prefer_the_market_day_of_their_sub_district(gatherings: list[Row]) -> None:
    rounds = by_channel(gatherings, "perisai")
    on_market = sum(pasaran(local(r).toordinal()) == PASARAN[market_day(r["place"])] for r in rounds)
    assert on_market / len(rounds) > 0.4  # by chance it were one in five


def test_wayang_is_at_night_and_its_audience_is_anonymous(gatherings: list[Row]) -> None:
    shows = by_channel(gatherings, "wayang")
    assert all("20:30" <= local(row).strftime("%H:%M") <= "21:30" for row in shows)
    assert all(row["attendees"] == [] and row["headcount"] >= 250 for row in shows)
    assert all(25_000_000 <= row["cost_idr"] <= 60_000_000 for row in shows)
    assert len({row["place"] for row in shows}) == 78


def test_walks_are_on_sunday_mornings_and_some_walkers_give_their_names(gatherings: list[Row]) -> None:
    walks = by_channel(gatherings, "healthy_walk")
    assert {local(row).weekday() for row in walks} == {SUNDAY}
    assert all(local(row).hour in (5, 6) for row in walks)
    assert all(0 < len(row["attendees"]) < row["headcount"] for row in walks)


def test_sailing_races_are_few_and_reach_a_regency_on_the_coast(gatherings: list[Row]) -> None:
    races = by_channel(gatherings, "sailing_race")
    assert 3 <= len(races) <= 6
    assert {row["place"] for row in races} == {"34.01", "34.02", "34.03"}


def test_socialisation_reaches_regencies_and_the_province_with_companies_present(
    gatherings: list[Row],
) -> None:
    halls = by_channel(gatherings, "mass_socialisation")
    assert {row["place"] for row in halls} == {"34", "34.01", "34.02", "34.03", "34.04", "34.71"}
    assert all(row["companies"] for row in halls)


def test_lebaran_is_quiet_and_ramadan_has_few_shows(enrollments: list[Row], gatherings: list[Row]) -> None:
    joined = Counter(local(row).date() for row in enrollments)
    assert joined[date(2017, 6, 25)] + joined[date(2017, 6, 26)] == 0
    week = sum(joined[date(2017, 6, 23) + timedelta(days=day)] for day in range(10))
    assert week < 186  # less than an average day in ten
    held = [local(row).date() for row in gatherings if row["channel"] != "perisai"]
    assert not [day for day in held if date(2017, 6, 19) <= day <= date(2017, 7, 4)]
    shows = Counter(local(row).strftime("%m") for row in by_channel(gatherings, "wayang"))
    assert shows["06"] * 3 < shows["05"]


def test_offices_enroll_on_office_days_and_most_at_the_end_of_the_month(
    enrollments: list[Row], truth: list[Row]
) -> None:
    agents = {row["enrollment_event_id"] for row in truth if row["channel"] == "perisai"}
    companies = [row for row in enrollments if row["kind"] == "company" and row["event_id"] not in agents]
    assert all(is_open(local(row).toordinal()) and 8 <= local(row).hour < 17 for row in companies)
    joined = Counter(local(row).toordinal() for row in enrollments)
    days = range(date(2017, 2, 1).toordinal(), date(2017, 10, 1).toordinal())
    rush = [joined[day] for day in days if month_end_rush(day)]
    other = [joined[day] for day in days if is_open(day) and not month_end_rush(day)]
    assert sum(rush) / len(rush) > 2 * sum(other) / len(other)


def test_the_early_detection_team_warns_twice_before_a_sanction(inspections: list[Row]) -> None:
    stages = defaultdict(list)
    for row in sorted(inspections, key=local):
        stages[row["company_id"]].append((row["stage"], local(row)))
    ladder = ["visit", "sp1", "sp2", "sanction"]
    climbed = [calls for calls in stages.values() if calls[-1][0] != "visit"]
    assert len(climbed) > 300
    for calls in climbed:
        rungs = [stage for stage, _ in calls]
        assert sorted(rungs, key=ladder.index) == rungs
        assert set(rungs) == set(ladder[: ladder.index(rungs[-1]) + 1])
        assert calls[-1][1] - calls[0][1] >= timedelta(days=10)


def test_the_javanese_market_week_is_the_real_one() -> None:
    assert pasaran(date(1945, 8, 17).toordinal()) == "Legi"
    assert pasaran(date(1633, 7, 8).toordinal()) == "Legi"
    assert datetime(2017, 1, 1, tzinfo=UTC).weekday() == SUNDAY

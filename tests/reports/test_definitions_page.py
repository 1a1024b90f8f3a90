"""Each number in the examples of the page for statisticians is what the code computes."""

import re
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from pathlib import Path

import msgspec
import pytest

from models.places import Places
from models.rules import Rules
from models.statement import Statement
from models.targets import published_targets
from reports.campaigns import Return
from reports.lateness import ENOUGH, LOOKBACK_DAYS, Late, growth
from reports.pace import FORECAST_DAYS, WHOLE, forecast, needed, planned, working_days
from reports.rounding import shown
from reports.sources import LATE_DAYS
from reports.wording import share
from streams.attribution.credit import MODELS
from streams.restating import TYPES, restate
from tests.builders import DEPOK, FIRST_DAY, Event, enrollment, inspection, line, outreach

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "reporting/definitions.md").read_text(encoding="utf-8")
PROSE = " ".join(PAGE.split())
RULES = Rules.load()
JOINED_AT = datetime(2018, 3, 30, 3, tzinfo=UTC)
JOINED = (JOINED_AT - FIRST_DAY) / timedelta(days=1)
"""The example's 30 March, 10:00 in Jakarta, as the builders count days."""
LAST = date(2017, 9, 30)


def table(heading: str) -> list[list[str]]:
    """Cells of the rows below a heading, whose first cell is given."""
    found = re.search(rf"^\| {heading} \|.*\n\|[-:|]+\|\n((?:\|.*\n)+)", PAGE, re.MULTILINE)
    assert found is not None
    return [[cell.strip(" `") for cell in row.strip("|").split("|")] for row in found[1].splitlines()]


def stated(*touching: Event, declared: str | None = None) -> Statement:
    """The example's worker, of whom these events may be touches."""
    archive: dict[str, list[bytes]] = {one: [] for one in TYPES}
    for event in (*touching, enrollment("w1", JOINED, company_id="c1", declared=declared)):
        archive[event["type"]].append(line(event))
    return msgspec.json.decode(restate(archive, Places.load(), RULES).statements[b"w1"], type=Statement)


def days_before(instant: str | None) -> int:
    assert instant is not None
    return round((JOINED_AT - datetime.fromisoformat(instant)) / timedelta(days=1))


def test_the_touches_of_the_example_earn_what_its_table_says() -> None:
    found = stated(
        outreach("healthy_walk", JOINED - 100, attendees=["w1"], campaign_id="another walk"),
        outreach("healthy_walk", JOINED - 28, attendees=["w1"], campaign_id="walk"),
        outreach("institution_meeting", JOINED - 14, companies=["c1"], campaign_id="meeting"),
        inspection("c1", JOINED - 7, stage="sp1", campaign_id="warning-letter"),
        outreach("wayang", JOINED - 3, place=DEPOK),
        declared="agent",
    )
    rows = [
        [one.campaign_id.replace("-", " "), str(days_before(one.touched_at)), one.evidence, one.approach]
        + [f"{getattr(one.credit, model) or 0:,}" for model in MODELS]
        for one in found.lines
    ]
    assert rows == table("touch")


def test_shows_near_by_share_three_tenths() -> None:
    shows = [outreach("wayang", JOINED - day, place=DEPOK) for day in (3, 20)]
    credit = [(one.campaign_id, one.credit.linear) for one in stated(*shows).lines]
    assert credit == [("wayang", 150_000), ("wayang", 150_000), ("organic", 700_000)]
    assert "under `linear` 150,000 each and 700,000 organic" in PROSE


def test_lookback_windows_are_those_of_the_rules_from_strong_to_weak() -> None:
    windows = [(row[0], row[2]) for row in table("evidence")]
    assert windows == [(name, f"{us // 86_400_000_000} days") for name, us in RULES.lookback_us.items()]


def test_models_are_those_that_there_are() -> None:
    assert [row[0] for row in table("model")] == list(MODELS)


def test_cost_per_worker_and_per_company() -> None:
    campaign = Return("a", (), 1, 10_000_000, {"linear": 2_500_000}, {"linear": 500_000})
    assert campaign.cost_per_worker_idr("linear") == 4_000_000
    assert "Rp 10,000,000 and 2.5 workers are Rp 4,000,000 per worker" in PROSE
    assert campaign.cost_per_company_idr("linear") == 20_000_000
    assert "with 0.5 companies, Rp 20,000,000" in PROSE


def test_growth_of_the_newest_days() -> None:
    late = [Late(LAST, 0, 75), Late(LAST, 1, 25)]
    assert growth({LAST: 30}, late, LAST, days=1)[0].expected == 40
    assert "today has 30. It is expected to reach 40" in PROSE
    assert f"recorded in the last {LOOKBACK_DAYS} days; from fewer than {ENOUGH}" in PROSE
    assert f"more than {LATE_DAYS} days after" in PROSE


def test_the_published_season_by_hand() -> None:
    wanted = next(one.number for one in published_targets() if one.kind == "worker")
    left = working_days(LAST + timedelta(days=1), date(2017, 12, 31))
    per_day = needed((wanted - 50_911) * WHOLE, left)
    by_end = forecast(50_911 * WHOLE, [7_766 * WHOLE // FORECAST_DAYS] * FORECAST_DAYS, 92)
    assert per_day is not None
    assert (wanted, left, wanted - 50_911) == (117_376, 65, 66_465)
    assert planned(2017, None, LAST) == Fraction(195, 260)
    assert [row[2] for row in table("number")] == [
        share(50_911, wanted),
        f"{float(planned(2017, None, LAST) * wanted):,.0f}",
        f"{-(-per_day // WHOLE):,}",
        f"{by_end.mean / WHOLE:,.0f}",
    ]


@pytest.mark.parametrize("number", [14, 15, 9])
def test_rounding_of_cross_tables(number: int) -> None:
    assert f"{number} shows {shown(number, 10)}" in PROSE


@pytest.mark.parametrize(
    ("campaign", "sentence"),
    [
        ("organic", "{0} workers came by themselves, and `linear` leaves {1} to organic"),
        ("wayang", "{0} came by wayang, and it earns {1}"),
    ],
)
def test_what_the_invented_season_shows_of_the_models(campaign: str, sentence: str) -> None:
    season = (DOCS / "architecture/season.md").read_text(encoding="utf-8")
    found = re.search(rf"^\| {campaign} \| (.+) \| (.+) \|$", season, re.MULTILINE)
    assert found is not None
    assert sentence.format(*(one.removesuffix(".0") for one in found.groups())) in PROSE

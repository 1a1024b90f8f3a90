"""Every number of a report is the command line's, or that of a few lines of SQL for a place and a period."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from models.language import Language
from models.places import Places
from models.statement import MODEL_NAMES
from reports.document import efforts
from reports.document.compose import compose
from reports.document.figures import figures
from reports.document.parts import Document, Table
from reports.moments import NOW
from reports.quantiles import within
from reports.scope import EVERYTHING, Scope, parse_period
from sambung.stores.reading_store import read
from tests.sambung.cli.conftest import Command
from tests.sambung.streamed import fill, stream
from tests.stores import run

KINDS = ("worker", "company")
SCOPES = {
    "all": EVERYTHING,
    "a regency for three months": Scope("34.04", parse_period("2017-02..2017-04")),
    "a sub-district": Scope("34.71.03"),
    "a month": Scope(None, parse_period("2017-05")),
    "a month without anybody": Scope("34.01", parse_period("2019-05")),
}
UTC_OFFSET = timedelta(hours=7)


@pytest.fixture(scope="module")
def season(tmp_path_factory: pytest.TempPathFactory) -> str:
    """URL of a store; not to be changed."""
    return fill(f"sqlite:///{tmp_path_factory.mktemp('season')}/store.db", stream())


@pytest.fixture(scope="module", params=SCOPES)
def scope(request: pytest.FixtureRequest) -> Scope:
    return SCOPES[request.param]


@pytest.fixture(scope="module")
def found(season: str, scope: Scope) -> Document:
    return document(season, scope)


@pytest.fixture(autouse=True, scope="module")
def every_campaign_is_shown() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(efforts, "MOST_CAMPAIGNS", 10_000)
        yield


def document(season: str, scope: Scope, language: Language = Language.EN) -> Document:
    places = Places.load(None)
    return read(season, lambda one: compose(figures(one, NOW, scope, places), language))


def numbers(table: Table) -> dict[tuple[str, str, str], int | None]:
    """By group, row and column."""
    return {
        (group.id, row.id, column.id): cell.value
        for group in table.groups
        for row in group.rows
        for column, cell in zip(table.columns, row.cells, strict=True)
    }


def numbers_if_any(found: Document, name: str) -> dict[tuple[str, str, str], int | None]:
    """Of a table that a document is without where it has no rows."""
    tables = [one for one in found.blocks() if isinstance(one, Table) and one.id == name]
    return numbers(tables[0]) if tables else {}


def asked(sambung: Command, season: str, *arguments: str) -> Any:
    return json.loads(sambung(*arguments, "--json", "--database", season).stdout)


@pytest.mark.parametrize("by", ["channel", "campaign"])
def test_campaigns_and_channels_are_those_of_the_command(sambung: Command, season: str, by: str) -> None:
    told = asked(sambung, season, "campaigns", "--by", by)
    table = document(season, EVERYTHING).table(f"{by}s")
    assert {one.id for one in table.groups} == {*(row["name"] for row in told["rows"]), "organic", "sum"}
    for row in (*told["rows"], told["organic"]):
        group = next(one for one in table.groups if one.id == row["name"])
        for model in MODEL_NAMES:
            wanted = {
                "worker": row["workers"].get(model, 0),
                "company": row["companies"].get(model, 0),
                "cost_per_worker": row["cost_a_worker_idr"][model],
                "cost_per_company": row["cost_a_company_idr"][model],
            }
            shown = {one.id: table.cell(one.id, model, group.id).value for one in group.rows}
            assert shown == {name: wanted[name] for name in shown}
        assert len(group.rows) == (4 if row["events"] else 2)
        assert row["name"] == "organic" or f"Rp\N{NO-BREAK SPACE}{row['cost_idr']:,}" in group.detail


def test_progress_is_that_of_the_command(sambung: Command, season: str) -> None:
    told = asked(sambung, season, "targets")
    table = document(season, EVERYTHING).table("pace")
    for one in told["targets"]:
        kind, pace = one["target"]["kind"], one["pace"]
        shown = {row.id: table.cell(row.id, kind).value for row in table.groups[0].rows}
        assert shown.pop("share") == round(pace["reached"] / one["target"]["number"] / 1_000)
        assert shown == {
            "target": one["target"]["number"],
            "reached": pace["reached"],
            "planned": pace["expected"],
            "needed": pace["needed_per_working_day"],
            "forecast": pace["forecast"]["mean"],
            "low": pace["forecast"]["low"],
            "high": pace["forecast"]["high"],
        }


def test_the_sums_are_those_of_the_audit(sambung: Command, season: str, found: Document) -> None:
    told = asked(sambung, season, "audit")
    wanted = {("", one["model"], name): one[name] for one in told["sums"] for name in ("credit", "expected")}
    assert numbers(found.table("ledger")) == wanted


def test_no_language_changes_a_number(season: str, scope: Scope, found: Document) -> None:
    other = document(season, scope, Language.ID)
    tables = [one for one in found.blocks() if isinstance(one, Table)]
    assert tables
    assert [numbers(one) for one in tables] == [numbers(other.table(one.id)) for one in tables]


def in_scope(scope: Scope) -> str:
    """Conditions of SQL; midnight in Jakarta is 17:00 of the day before in UTC."""
    conditions = ["1 = 1"]
    if scope.place is not None:
        conditions.append(f"(place = '{scope.place}' OR place LIKE '{scope.place}.%')")
    if scope.period is not None:
        first, last = scope.period.days
        conditions.append(f"occurred_at >= '{first - timedelta(days=1)} 17:00:00.000000'")
        conditions.append(f"occurred_at < '{last} 17:00:00.000000'")
    return " AND ".join(conditions)


def test_members_are_counted_as_by_sql(season: str, scope: Scope, found: Document) -> None:
    counted = Counter[tuple[str, str, str]]()
    months, places, evidence = Counter[Any](), Counter[Any](), Counter[Any]()
    for kind, place, at, strongest in run(
        season,
        "SELECT kind, place, occurred_at, evidence FROM member "
        f"WHERE status = 'active' AND {in_scope(scope)}",
    ):
        local = datetime.fromisoformat(at) + UTC_OFFSET
        months[f"{local:%Y-%m}", kind] += 1
        for code in (place, place[:5], "sum"):
            places[code, kind] += 1
        evidence[strongest, kind] += 1
        counted["", "sum", kind] += 1
    for (_, month, kind), number in numbers(found.table("months")).items():
        assert number == (counted["", "sum", kind] if month == "sum" else months[month, kind])
    assert sum(months.values()) == sum(counted.values())
    shown = {(place, kind): number for (_, place, kind), number in numbers(found.table("places")).items()}
    assert {key: number for key, number in shown.items() if number} == places
    for (_, one, column), number in numbers(found.table("members_by_evidence")).items():
        if column in KINDS:
            assert number == evidence[one, column]
    cards = next(one for one in found.blocks() if type(one).__name__ == "Cards")
    assert [one.number.value for one in cards.cards] == [counted["", "sum", kind] for kind in KINDS]  # type: ignore[union-attr]


def test_credit_is_summed_as_by_sql(season: str, scope: Scope, found: Document) -> None:
    sums = Counter[Any]()
    models = ", ".join(f'"{model}"' for model in MODEL_NAMES)
    for campaign, kind, approach, evidence, *credit in run(
        season,
        f"SELECT campaign_id, kind, approach, evidence, {models} FROM credit_line_current "
        f"WHERE {in_scope(scope)}",
    ):
        for model, millionths in zip(MODEL_NAMES, credit, strict=True):
            for key in (("campaigns", campaign, kind), ("approaches", kind, approach),
                        ("credit_by_evidence", kind, evidence), ("campaigns", "sum", kind)):  # fmt: skip
                sums[*key, model] += millionths or 0
    shown = {
        (name, *key): number
        for name in ("campaigns", "approaches", "credit_by_evidence")
        for key, number in numbers(found.table(name)).items()
        if number and not key[1].startswith("cost") and key[2] in MODEL_NAMES
    }
    assert shown == {key: number for key, number in sums.items() if number}


def test_cost_is_that_of_the_events_of_the_place_and_the_period(
    season: str, scope: Scope, found: Document
) -> None:
    spent = Counter[str]()
    for table in ("outreach_event", "inspection"):
        for campaign, cost_idr in run(
            season, f"SELECT campaign_id, cost_idr FROM {table} WHERE status = 'active' AND {in_scope(scope)}"
        ):
            spent[campaign] += cost_idr
    table = found.table("campaigns")
    for group in table.groups:
        for row in group.rows:
            if row.id.startswith("cost"):
                kind = row.id.removeprefix("cost_per_")
                for model in MODEL_NAMES:
                    credit = table.cell(kind, model, group.id).value or 0
                    cost = table.cell(row.id, model, group.id).value
                    exact = spent[group.id] * 1_000_000
                    assert cost == ((2 * exact + credit) // (2 * credit) if credit else None)
    assert table.groups[-1].detail == (f"Rp\N{NO-BREAK SPACE}{spent.total():,}" if spent else "")


def test_waits_are_days_between_dates(season: str, scope: Scope, found: Document) -> None:
    days = defaultdict[tuple[str, str], Counter[int]](Counter)
    for channel, evidence, touched, joined in run(
        season,
        "SELECT channel, evidence, touched_at, occurred_at FROM credit_line_current "
        f"WHERE evidence NOT IN ('declared', 'none') AND linear IS NOT NULL AND {in_scope(scope)}",
    ):
        dates = [(datetime.fromisoformat(one) + UTC_OFFSET).date() for one in (touched, joined)]
        days[evidence, channel][(dates[1] - dates[0]).days] += 1
    wanted = {
        (*key, column): number
        for key, counted in days.items()
        for column, number in {
            "touches": counted.total(),
            "quarter": within(counted, 1, 4),
            "half": within(counted, 1, 2),
            "three_quarters": within(counted, 3, 4),
            "longest": max(counted),
        }.items()
    }
    assert numbers_if_any(found, "waits") == wanted


def test_data_quality_is_that_of_the_archive(season: str, scope: Scope, found: Document) -> None:
    events, late, corrected = Counter[str](), Counter[str](), Counter[str]()
    for revision, body in run(season, "SELECT revision, body FROM event"):
        event = json.loads(body)
        happened, recorded = (
            datetime.fromisoformat(event[name]) + UTC_OFFSET for name in ("occurred_at", "recorded_at")
        )
        if scope.has_place(event["place"]) and scope.has_day(happened.date()):
            events[event["source"]] += 1
            late[event["source"]] += (recorded.date() - happened.date()).days > 7
            corrected[event["source"]] += revision > 0
    shown = numbers_if_any(found, "sources")
    for column, counted in (("events", events), ("late", late), ("corrected", corrected)):
        assert {key[1]: one for key, one in shown.items() if key[2] == column} == {
            source: counted[source] for source in events
        }
    refused = dict(run(season, "SELECT reason, count(*) FROM rejected GROUP BY reason"))
    told = {key[1]: number for key, number in numbers(found.table("refused")).items()}
    assert told == refused | {"sum": sum(refused.values())}
    assert told["sum"]


def test_memberships_are_counted_as_by_sql(season: str, scope: Scope, found: Document) -> None:
    counted = Counter[tuple[str, str, str]]()
    for kind, status, duplicates in run(
        season, f"SELECT kind, status, duplicates FROM member WHERE {in_scope(scope)}"
    ):
        counted["", status, kind] += 1
        if status == "active":
            counted["", "duplicates", kind] += duplicates
            counted["", "enrolled_again", kind] += duplicates > 0
    shown = numbers(found.table("memberships"))
    assert {key: number for key, number in shown.items() if number} == +counted

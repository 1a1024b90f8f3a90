"""Audit, why and campaigns: answers in words and in JSON, and the exit codes that scripts rely on."""

import json
import sqlite3
from pathlib import Path

import pytest

from tests.builders import at, enrollment, event_id, outreach
from tests.reports.filled import Filled
from tests.sambung.cli.conftest import COLUMNS, Command, unwrapped
from tests.sinks.records import line, organic, statement

ASKING = [("audit",), ("why", "m1"), ("campaigns",)]
HALF = dict.fromkeys(("linear", "position", "time_decay"), 500_000)


@pytest.fixture
def stored(store: Filled) -> Filled:
    """A worker who went to a wayang show and a walk, one whom nothing brought, and a company."""
    shows = outreach("wayang", 1, campaign_id="kresna", attendees=["m1"], cost_idr=3_000_000)
    walks = outreach("healthy_walk", 2, campaign_id="jalan-sehat", attendees=["m1"], cost_idr=12_345_678)
    store.accept(enrollment("m1"), enrollment("m2"), shows, walks)
    show = line("kresna", touch_id=shows["event_id"], touched_at=at(1), credit=HALF | {"first": 1_000_000})
    walk = line(
        "jalan-sehat", number=1, channel="healthy_walk", touch_id=walks["event_id"], touched_at=at(2),
        credit=HALF | {"last": 1_000_000},
    )  # fmt: skip
    its = event_id("enrollment of m1")
    store.apply(
        statement("m1", occurred_at=at(3), enrollment_event_id=its, lines=(show, walk)),
        statement("m2", lines=(organic(),)),
        statement("c1", kind="company", company_id="c1", lines=(line("kresna"),)),
    )
    return store


@pytest.mark.parametrize("command", ASKING, ids=" ".join)
def test_a_store_that_is_not_there(command: tuple[str, ...], sambung: Command, tmp_path: Path) -> None:
    result = sambung(*command, "--database", "sqlite:///none.db")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "There is no store at none.db." in unwrapped(result.stderr)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("command", ASKING, ids=" ".join)
def test_a_database_that_is_no_store(command: tuple[str, ...], sambung: Command) -> None:
    sqlite3.connect("other.db").execute("CREATE TABLE somebody_elses (x)").connection.close()
    result = sambung(*command, "--database", "sqlite:///other.db")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "has no store of sambung's" in unwrapped(result.stderr)


@pytest.mark.parametrize("command", ASKING, ids=" ".join)
def test_nothing_is_wider_than_a_page(
    command: tuple[str, ...], sambung: Command, url: str, stored: Filled
) -> None:
    del stored
    result = sambung(*command, "--database", url)
    assert result.exit_code == 0
    assert max(map(len, result.stdout.splitlines())) <= int(COLUMNS)


@pytest.mark.parametrize("command", ASKING, ids=" ".join)
def test_json_is_one_document(command: tuple[str, ...], sambung: Command, url: str, stored: Filled) -> None:
    del stored
    assert json.loads(sambung(*command, "--json", "--database", url).stdout)


@pytest.mark.usefixtures("stored")
def test_an_audit_that_finds_nothing(sambung: Command, url: str) -> None:
    result = sambung("audit", "--database", url)
    assert result.exit_code == 0
    assert unwrapped(result.stdout) == (
        "Both sums hold: credit is 1,000,000 millionths for each of 3 active members under every model, "
        "and 18 rows of live_count are what the members' credit adds up to."
    )


def test_an_audit_that_finds_something_says_it_and_fails(sambung: Command, url: str, stored: Filled) -> None:
    stored.spoil("UPDATE live_count SET credit = credit + 1 WHERE campaign_id = 'kresna' AND model = 'first'")
    result = sambung("audit", "--database", url)
    assert result.exit_code == 1
    assert "live_count of kresna, 34.04, 2017-09, worker, first says 1,000,001 millionths" in result.stdout
    as_json = sambung("audit", "--json", "--database", url)
    assert as_json.exit_code == 1
    assert len(json.loads(as_json.stdout)["differences"]) == 2


def test_a_long_list_of_differences_is_cut(sambung: Command, url: str, stored: Filled) -> None:
    stored.apply(
        *(statement(f"x{number}", lines=(line(f"c{number}"),)) for number in range(30)), counted=False
    )
    result = sambung("audit", "--database", url)
    assert result.exit_code == 1
    assert len(result.stdout.splitlines()) == 21
    assert result.stdout.endswith("130 more differences; --json shows all\n")


@pytest.mark.usefixtures("stored")
def test_why_tells_the_journey_with_times_in_jakarta_and_places_by_name(sambung: Command, url: str) -> None:
    text = unwrapped(sambung("why", "m1", "--database", url).stdout)
    assert "in Depok, Kabupaten Sleman, member since 4 September 2017, 09:00 WIB." in text
    assert "1. 2 September 2017, 09:00 WIB, 2 days before: kresna, a wayang show" in text
    assert "first 100 % (1,000,000) | last 0 | linear 50 % (500,000)" in text


@pytest.mark.usefixtures("stored")
def test_why_in_json_has_instants_as_text(sambung: Command, url: str) -> None:
    document = json.loads(sambung("why", "m1", "--json", "--database", url).stdout)
    assert [one["touched_at"] for one in document["lines"]] == [at(1), at(2)]
    assert document["occurred_at"] == at(3)


@pytest.mark.usefixtures("stored")
def test_why_of_an_unknown_member_fails_and_names_similar_ones(sambung: Command, url: str) -> None:
    result = sambung("why", "m11", "--database", url)
    assert result.exit_code == 1
    assert result.stdout.startswith("No enrollment names m11.\nSimilar member numbers: m1")


@pytest.mark.usefixtures("stored")
def test_campaigns_are_told_by_channel(sambung: Command, url: str) -> None:
    shown = sambung("campaigns", "--database", url).stdout.splitlines()
    titles = [line.strip() for line in shown if line and not line.startswith(" ")]
    assert titles == [
        "healthy_walk: 1 event, Rp 12,345,678",
        "wayang: 1 event, Rp 3,000,000",
        "organic",
        "all together: 2 events, Rp 15,345,678",
        "2 of the 117,376 workers wanted in 2017: 0.0 %",
        "1 of the 2,710 companies wanted in 2017: 0.0 %",
    ]
    walk = shown.index(next(line for line in shown if line.startswith("healthy_walk"))) + 1
    assert [line.split() for line in shown[walk : walk + 3]] == [
        ["workers", "0.0", "1.0", "0.5", "0.5", "0.5"],
        ["companies", "0.0", "0.0", "0.0", "0.0", "0.0"],
        ["Rp", "a", "worker", "-", "12,345,678", "24,691,356", "24,691,356", "24,691,356"],
    ]


@pytest.mark.usefixtures("stored")
def test_campaigns_can_be_told_one_by_one(sambung: Command, url: str) -> None:
    shown = sambung("campaigns", "--by", "campaign", "--database", url).stdout
    assert "kresna (wayang): 1 event, Rp 3,000,000" in shown
    document = json.loads(sambung("campaigns", "--by", "campaign", "--json", "--database", url).stdout)
    assert [row["name"] for row in document["rows"]] == ["jalan-sehat", "kresna"]
    assert document["rows"][0]["cost_a_worker_idr"]["last"] == 12_345_678
    assert document["organic"]["workers"]["first"] == 1_000_000
    assert document["progress"]["target"] == {"workers": 117_376, "companies": 2_710}


def test_an_empty_store_has_no_campaigns_and_that_is_no_error(
    sambung: Command, url: str, store: Filled
) -> None:
    del store
    result = sambung("campaigns", "--database", url)
    assert result.exit_code == 0
    assert "0 of the 117,376 workers wanted in 2017: 0.0 %" in result.stdout

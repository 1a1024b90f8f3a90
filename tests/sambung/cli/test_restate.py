"""`sambung restate`: a scenario beside the live ledger, and how it differs; in each database."""

import json
from pathlib import Path

import pytest

from models import rules
from models.rules import Rules
from sinks.base import Batch
from sinks.sql import SqlSink
from tests.sambung.cli.conftest import Command, unwrapped
from tests.sambung.streamed import fill, stream
from tests.simulation.kafka import Broker
from tests.sinks.records import statement
from tests.stores import run

MEMBER = "member_id, kind, company_id, place, occurred_at, enrollment_event_id, status, evidence, duplicates"
LINE = (
    'member_id, line, touch_id, campaign_id, channel, evidence, approach, touched_at, "first", "last", '
    'linear, "position", time_decay'
)
CHANGES = (
    ("2017.1", "2017.9"),
    ("attendance = 90", "attendance = 20"),
    ("place = 30", "place = 10.5"),
    ("share_percent = 30", "share_percent = 60"),
    ("half_life_days = 7", "half_life_days = 3"),
)


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file of other rules."""
    text = rules.DEFAULT_FILE.read_text(encoding="utf-8")
    for old, new in CHANGES:
        assert old in text
        text = text.replace(old, new)
    file = tmp_path_factory.mktemp("rules") / "other.toml"
    file.write_text(text, encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def live() -> Broker:
    return stream()


@pytest.fixture
def store_at(storeless: str, live: Broker) -> str:
    return fill(storeless, live)


def tables(url: str, scenario: str) -> list[list[tuple[object, ...]]]:
    return [
        run(url, f"SELECT {MEMBER} FROM scenario_member WHERE scenario = '{scenario}' ORDER BY 1"),
        run(url, f"SELECT {LINE} FROM scenario_credit_line WHERE scenario = '{scenario}' ORDER BY 1, 2"),
    ]


def ledger(url: str) -> list[list[tuple[object, ...]]]:
    return [
        run(url, f"SELECT {MEMBER} FROM member ORDER BY 1"),
        run(url, f"SELECT {LINE} FROM credit_line_current ORDER BY 1, 2"),
    ]


def test_under_the_live_rules_no_row_differs(sambung: Command, store_at: str) -> None:
    before = ledger(store_at)
    result = sambung("restate", "--rules", rules.DEFAULT_FILE, "--scenario", "same", "--database", store_at)
    assert (result.exit_code, result.stderr) == (0, "")
    members = len(before[0])
    assert (
        f"No campaign differs from the live ledger; rows differ of 0 of {members} members." in result.stdout
    )
    assert tables(store_at, "same") == before == ledger(store_at)


def test_under_other_rules_the_rows_are_those_of_a_stream_that_ran_with_them(
    sambung: Command, store_at: str, other: Path, tmp_path: Path
) -> None:
    before = ledger(store_at)
    expected = ledger(fill(f"sqlite:///{tmp_path}/other.db", stream(Rules.load(other))))
    result = sambung("restate", "--rules", other, "--scenario", "short", "--json", "--database", store_at)
    assert tables(store_at, "short") == expected
    assert ledger(store_at) == before
    told = json.loads(result.stdout)
    assert (told["rules_version"], told["rules"]["place_share"]) == ("2017.9", 600_000)
    assert told["members_changed"] == changed(before, expected) > 100
    assert told["campaigns"] == differences(before, expected)
    shown = sambung("restate", "--show", "short", "--database", store_at).stdout
    assert max(map(len, shown.splitlines())) <= 100
    assert f"Rows differ of {told['members_changed']:,} of {told['members']:,} members." in shown


def changed(before: list[list[tuple[object, ...]]], after: list[list[tuple[object, ...]]]) -> int:
    """Members of whom any row differs."""
    pairs = zip(before, after, strict=True)
    return len({row[0] for some, others in pairs for row in set(some) ^ set(others)})


def differences(
    before: list[list[tuple[object, ...]]], after: list[list[tuple[object, ...]]]
) -> list[dict[str, object]]:
    models = ("first", "last", "linear", "position", "time_decay")
    sums: dict[tuple[object, object], dict[str, dict[str, int]]] = {}
    for side, (members, lines) in (("live", before), ("scenario", after)):
        kinds = {one[0]: one[1] for one in members}
        for member, _, _, campaign, *rest in lines:
            of = sums.setdefault((campaign, kinds[member]), {"live": {}, "scenario": {}})[side]
            for model, credit in zip(models, rest[-5:], strict=True):
                if isinstance(credit, int):
                    of[model] = of.get(model, 0) + credit
    return [
        {"campaign_id": campaign, "kind": kind, **of}
        | {"difference": {one: of["scenario"].get(one, 0) - of["live"].get(one, 0) for one in models}}
        for (campaign, kind), of in sorted(sums.items(), key=str)
    ]


def test_the_difference_stays_that_of_its_batch(sambung: Command, store_at: str) -> None:
    sambung("restate", "--rules", rules.DEFAULT_FILE, "--scenario", "same", "--database", store_at)
    sink = SqlSink(store_at)
    sink.apply(Batch(1, statements=[statement("new", 1_000_000)]))
    sink.close()
    told = json.loads(sambung("restate", "--show", "same", "--json", "--database", store_at).stdout)
    assert (told["members_changed"], told["batch"]) == (0, 1)


def test_a_copy_of_the_store_has_its_scenarios_and_targets(
    sambung: Command, url: str, live: Broker, tmp_path: Path
) -> None:
    fill(url, live)
    sambung("restate", "--rules", rules.DEFAULT_FILE, "--scenario", "same", "--database", url)
    sambung("targets", "load", "diy-2017", "--database", url)
    restored = f"sqlite:///{tmp_path}/restored.db"
    assert sambung("backup", tmp_path / "copy", "--database", url).exit_code == 0
    assert sambung("restore", tmp_path / "copy", "--database", restored).exit_code == 0
    assert tables(restored, "same") == ledger(url)
    assert len(run(restored, "SELECT * FROM target")) == 2


def test_scenarios_are_listed_and_dropped(sambung: Command, store_at: str, other: Path) -> None:
    empty = sambung("restate", "--list", "--database", store_at).stdout
    assert empty.startswith("There is no scenario yet.")
    for name, file in (("one", other), ("two", rules.DEFAULT_FILE)):
        sambung("restate", "--rules", file, "--scenario", name, "--database", store_at)
    taken = sambung("restate", "--rules", other, "--scenario", "two", "--database", store_at)
    assert (taken.exit_code, taken.stdout) == (2, "")
    assert "There is a scenario two already." in unwrapped(taken.stderr)
    listed = sambung("restate", "--list", "--database", store_at).stdout.splitlines()
    assert [line.split(",")[0] for line in listed] == ["one: rules 2017.9", "two: rules 2017.1"]
    assert (
        sambung("restate", "--drop", "one", "--database", store_at).stdout == "The scenario one is removed.\n"
    )
    assert tables(store_at, "one") == [[], []]
    assert tables(store_at, "two") == ledger(store_at)
    document = json.loads(sambung("restate", "--list", "--json", "--database", store_at).stdout)
    assert [one["name"] for one in document] == ["two"]
    for option in ("--drop", "--show"):
        result = sambung("restate", option, "one", "--database", store_at)
        assert (result.exit_code, result.stdout) == (1, "")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((), "give --rules FILE with --scenario NAME"),
        (("--scenario", "a"), "give --rules FILE with --scenario NAME"),
        (("--list", "--drop", "a"), "give --rules FILE with --scenario NAME"),
        (("--rules", "none.toml", "--scenario", "a"), "none.toml: the rules file cannot be read"),
        (("--rules", "none.toml", "--scenario", "A b"), "'A b' is no name of a scenario"),
    ],
)
def test_wrong_use_is_told(sambung: Command, store_at: str, arguments: tuple[str, ...], told: str) -> None:
    result = sambung("restate", *arguments, "--database", store_at)
    assert (result.exit_code, result.stdout) == (2, "")
    assert told in unwrapped(result.stderr)

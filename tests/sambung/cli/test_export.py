"""`sambung export`: what it says, what it refuses, and its exit codes."""

import csv
import json
import sys
from pathlib import Path

import pytest

from tests.builders import at
from tests.reports.filled import Filled
from tests.sambung.cli.conftest import Command, unwrapped
from tests.sinks.records import statement
from tests.stores import run


@pytest.fixture
def filled(store: Filled) -> Filled:
    store.apply(*(statement(f"m{number}", number, place="34.04.07") for number in range(14)))
    store.apply(statement("c1", kind="company", occurred_at=at(-60)), counted=False)
    return store


@pytest.mark.usefixtures("filled")
def test_it_says_what_it_has_written_and_where_to_go_on(sambung: Command, url: str) -> None:
    whole = sambung("export", "member", "--out", "monday", "--database", url)
    assert (whole.exit_code, whole.stderr) == (0, "")
    assert whole.stdout == "monday has member (15 rows) as of batch 2.\n"
    new = sambung("export", "member", "--out", "tuesday", "--since-batch", 1, "--database", url)
    assert unwrapped(new.stdout) == (
        "tuesday has member (1 row), removed (0 rows) as of batch 2. "
        "The next export goes on with --since-batch 2."
    )


@pytest.mark.usefixtures("filled")
def test_as_json_it_prints_the_manifest(sambung: Command, url: str) -> None:
    result = sambung("export", "member", "removed", "--out", "out", "--json", "--database", url)
    manifest = json.loads(Path("out/manifest.json").read_text(encoding="utf-8"))
    assert json.loads(result.stdout) == manifest
    assert manifest["files"][0]["columns"][:2] == [
        {"name": "member_id", "kind": "text", "nullable": False},
        {"name": "kind", "kind": "text", "nullable": False},
    ]
    assert (manifest["audience"], manifest["min_cell"], manifest["since_batch"]) == ("reader", None, None)
    assert manifest["store"]["committed_at"].endswith("Z")


@pytest.mark.usefixtures("filled")
def test_cross_tables_are_rounded_to_ten_without_being_asked(sambung: Command, url: str) -> None:
    sambung("export", "members_by_place", "--out", "out", "--database", url)
    with Path("out/members_by_place.csv").open(encoding="utf-8") as opened:
        rows = {tuple(row[:2]): row[2] for row in csv.reader(opened)}
    assert rows["34.04.07", "worker"] == "10"
    assert rows["34.04.07", "company"] == "<10"
    assert rows["34", "(all)"] == "20"
    manifest = json.loads(Path("out/manifest.json").read_text(encoding="utf-8"))
    assert (manifest["min_cell"], manifest["audience"]) == (10, None)
    assert not Path("out").stat().st_mode & 0o077 ^ 0o055


def test_numbers_that_could_be_worked_out_are_not_written(sambung: Command, url: str, store: Filled) -> None:
    """Nine places with one member each, and a sum that is below ten."""
    store.apply(*(statement(f"m{number}", number, place=f"34.01.{number:02}") for number in range(1, 10)))
    result = sambung("export", "members_by_place", "--out", "out", "--database", url)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "could be worked out from the others. Nothing was written; take a greater" in unwrapped(
        result.stderr
    )
    assert not Path("out").exists()


@pytest.mark.usefixtures("filled")
def test_a_past_moment_has_its_members(sambung: Command, url: str) -> None:
    first = run(url, "SELECT committed_at FROM batch WHERE batch = 1")[0][0]
    when = f"{first.replace(' ', 'T')}Z"
    sambung("export", "member", "credit_line_current", "--out", "out", "--as-of", when, "--database", url)
    manifest = json.loads(Path("out/manifest.json").read_text(encoding="utf-8"))
    assert [entry["rows"] for entry in manifest["files"]] == [14, 14]
    assert manifest["store"]["batch"] == 1


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("members",), "There is no table 'members'. There are: batch, campaign, contract"),
        (("event",), "has the content of events, with hashes of people. Who may see that: --for analyst"),
        (("api_key", "--for", "analyst"), "api_key is never exported"),
        (("access",), "access is never exported"),
        (("campaign", "--since-batch", "0"), "campaign does not say which rows are new since a batch"),
        (("campaign", "--as-of", "2099-01-01T00:00:00Z"), "campaign is exported as it is now only"),
        (("member", "--min-cell", "10"), "member is no cross-table"),
        (("member", "members_by_place"), "Export them into two folders"),
        (("members_by_place", "--since-batch", "0"), "Cross-tables are always whole"),
        (("members_by_place", "--min-cell", "2"), "should be greater than or equal to 3"),
        (
            ("member", "--since-batch", "0", "--as-of", "2099-01-01T00:00:00Z"),
            "--since-batch tells what is new",
        ),
        (("member", "--since-batch", "99"), "The store has no batch 99"),
        (("member", "--since-batch", "-2"), "should be greater than or equal to -1"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
@pytest.mark.usefixtures("filled")
def test_what_is_refused_writes_nothing(
    sambung: Command, url: str, arguments: tuple[str, ...], told: str
) -> None:
    result = sambung("export", *arguments, "--out", "out", "--database", url)
    assert (result.exit_code, result.stdout) == (2, "")
    assert told in unwrapped(result.stderr)
    assert not Path("out").exists()


@pytest.mark.usefixtures("filled")
def test_a_reader_s_export_has_nothing_of_a_refused_record_s_content(sambung: Command, url: str) -> None:
    sambung("export", "rejected", "--out", "out", "--database", url)
    with Path("out/rejected.csv").open(encoding="utf-8") as opened:
        names = set(next(csv.reader(opened)))
    assert {"reason", "topic", "event_id"} <= names
    assert names.isdisjoint({"errors", "key", "value", "headers"})


@pytest.mark.parametrize(("file_format", "library"), [("parquet", "pyarrow"), ("xlsx", "xlsxwriter")])
@pytest.mark.usefixtures("filled")
def test_a_missing_library_is_named_with_its_remedy(
    sambung: Command, url: str, monkeypatch: pytest.MonkeyPatch, file_format: str, library: str
) -> None:
    monkeypatch.setitem(sys.modules, library, None)
    monkeypatch.delitem(sys.modules, f"sambung.exporting.{file_format}_file", raising=False)
    result = sambung("export", "member", "--out", "out", "--format", file_format, "--database", url)
    assert result.exit_code == 2
    assert "pip install 'sambung[reports]'" in unwrapped(result.stderr)
    assert sambung("export", "member", "--out", "out", "--database", url).exit_code == 0


def test_no_store_is_told(sambung: Command) -> None:
    result = sambung("export", "member", "--out", "out", "--database", "sqlite:///none.db")
    assert result.exit_code == 2
    assert "There is no store at none.db" in unwrapped(result.stderr)

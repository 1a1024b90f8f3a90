"""`sambung targets`: shows where they stand, and loads them beside a worker."""

import json
from pathlib import Path

import pytest

from sambung.stores.store_lock import store_lock
from sinks.store import open_store
from tests.reports.filled import Filled
from tests.sambung.cli.conftest import Command, unwrapped
from tests.sinks.records import statement
from tests.stores import run

OWN = 'year = 2018\n[[target]]\nplace = "34.04"\nkind = "worker"\nnumber = 10\n'


@pytest.fixture
def store_at(storeless: str) -> str:
    open_store(storeless).dispose()
    return storeless


def test_a_file_is_loaded_beside_a_worker_and_replaces_its_year(
    sambung: Command, store_at: str, tmp_path: Path
) -> None:
    Path(tmp_path / "own.toml").write_text(OWN, encoding="utf-8")
    with store_lock(store_at) as lock:
        lock.acquire_exclusive("in the test")
        assert (
            sambung("targets", "load", "own.toml", "--database", store_at).stdout
            == "1 target of 2018 loaded.\n"
        )
    again = sambung("targets", "load", "own.toml", "--database", store_at)
    assert again.stdout == "1 target of 2018 loaded in place of 1 target.\n"
    published = sambung("targets", "load", "diy-2017", "--database", store_at)
    assert published.stdout == "2 targets of 2017 loaded.\n"
    rows = run(
        store_at, "SELECT year, place, kind, channel, agent, number, months FROM target ORDER BY year, kind"
    )
    assert rows == [
        (2017, "34", "company", "", "", 2_710, None),
        (2017, "34", "worker", "", "", 117_376, None),
        (2018, "34.04", "worker", "", "", 10, None),
    ]


def test_a_wrong_file_loads_nothing(sambung: Command, store_at: str, tmp_path: Path) -> None:
    Path(tmp_path / "own.toml").write_text(OWN.replace("10", "-1"), encoding="utf-8")
    for file, told in (
        ("own.toml", "target.1.number: Input should be greater"),
        ("none.toml", "cannot be read"),
    ):
        result = sambung("targets", "load", file, "--database", store_at)
        assert (result.exit_code, result.stdout) == (2, "")
        assert told in unwrapped(result.stderr)
    assert run(store_at, "SELECT * FROM target") == []


def test_it_is_shown_in_words_and_as_json(sambung: Command, url: str, store: Filled) -> None:
    store.apply(statement("m1", occurred_at="2017-09-30T02:00:00.000000Z"))
    shown = sambung("targets", "--database", url)
    assert (shown.exit_code, shown.stderr) == (0, "")
    assert shown.stdout.startswith(
        "Targets of 2017 after 30 September 2017: 273 of 365 days gone (74.8 %), 65 "
    )
    assert "No targets are loaded, so these are the published ones of 2017." in shown.stdout
    assert max(map(len, shown.stdout.splitlines())) <= 100
    document = json.loads(sambung("targets", "--json", "--day", "2017-12-31", "--database", url).stdout)
    assert (document["day"], document["published"]) == ("2017-12-31", True)
    assert document["targets"][0]["target"]["number"] == 117_376
    assert document["targets"][0]["pace"]["reached"] == 1_000_000
    assert document["targets"][0]["pace"]["needed_per_working_day"] is None


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        ((), 2, "name the store"),
        (("--year", "2019"), 1, "There are no targets of 2019, only of 2017."),
        (("--day", "30-9-2017"), 2, "is no date"),
    ],
)
@pytest.mark.usefixtures("store")
def test_what_cannot_be_shown_is_told(
    sambung: Command, url: str, arguments: tuple[str, ...], code: int, told: str
) -> None:
    result = sambung("targets", *arguments, *(("--database", url) if arguments else ()))
    assert (result.exit_code, result.stdout) == (code, "")
    assert told in unwrapped(result.stderr)

"""Refused records: listed, shown, and sent again once the cause is mended."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from models.places import DEFAULT_FILE, Places
from tests.builders import enrollment, line, outreach
from tests.end_to_end.runs import replay, rows, sambung, sambung_here, url, written, wrong_rows
from tests.oracle.oracle import expected
from tests.services.brokers import Brokers

pytestmark = pytest.mark.broker

NEW_PLACE = "34.04.99"
MASKED = line(enrollment("masked", source="nik 3404071708900001 of my aunt", place="99.99.99"))
LINES = [
    line(enrollment("waits", place=NEW_PLACE)),
    line(outreach("wayang", day=2, place="34.04", attendees=["waits"])),
    line(enrollment("hopeless", kind="neither")),
    line(enrollment("twice", day=3)),
    line(enrollment("twice", day=4)),
    MASKED,
    b"no event at all",
]


@pytest.fixture(scope="module")
def options(brokers: Brokers) -> list[str]:
    """Of every replay of these tests, one after the other."""
    return brokers.for_replay()


@pytest.fixture(scope="module")
def store(options: list[str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("rejected")
    replay(folder / "sambung.db", written(folder / "lines.ndjson", LINES), options=options)
    return folder / "sambung.db"


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The list with the place that was missing."""
    path = tmp_path_factory.mktemp("places") / "places.csv"
    path.write_text(f"{DEFAULT_FILE.read_text(encoding='utf-8')}{NEW_PLACE},Sambung Baru\n", encoding="utf-8")
    return path


def listed(store: Path, *options: str, **settings: str) -> list[dict[str, Any]]:
    done = sambung_here("rejected", "list", "--database", url(store), "--json", *options, **settings)
    assert done.returncode == 0, done.stderr
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


def fates(store: Path, **settings: str) -> list[tuple[str, str]]:
    return sorted((one["record"]["reason"], one["now"]) for one in listed(store, **settings))


def test_what_would_become_of_each(store: Path) -> None:
    assert fates(store) == [
        ("conflict", "conflict"),
        ("invalid", "refused"),
        ("not_json", "refused"),
        ("unknown_place", "masked"),
        ("unknown_place", "refused"),
    ]


def test_one_is_shown_whole(store: Path) -> None:
    (one,) = listed(store, "--reason", "invalid")
    shown = sambung_here("rejected", "show", one["id"][:6], "--database", url(store))
    assert shown.returncode == 0
    for part in (one["id"], "enrollment/", "`kind`", '"neither"'):
        assert part in shown.stdout
    assert "3404071708900001" not in shown.stdout


@pytest.mark.parametrize(("identity", "code"), [("nothing", 1), ("", 2)])
def test_one_that_is_not_there_or_not_alone(store: Path, identity: str, code: int) -> None:
    assert sambung_here("rejected", "show", identity, "--database", url(store)).returncode == code


def test_with_the_place_known_it_is_taken_in_once(store: Path, places: Path, options: list[str]) -> None:
    setting = {"SAMBUNG_PLACES": str(places)}
    assert ("unknown_place", "ready") in fates(store, **setting)
    wanted = expected(LINES, Places.load(places))
    summaries = []
    for _ in range(2):
        done = sambung("rejected", "replay", "--database", url(store), *options, **setting)
        assert done.returncode == 0, done.stderr
        summaries.append(done.stdout.splitlines()[0])
        assert wrong_rows(wanted, store) == []
        assert len(rows(store, "rejected")) == 5
    assert summaries == ["1 record sent again", "Nothing to send again."]
    assert ("unknown_place", "done") in fates(store, **setting)


def test_sent_once_more_by_its_app_it_changes_nothing(store: Path, places: Path, options: list[str]) -> None:
    setting = {"SAMBUNG_PLACES": str(places)}
    before = rows(store, "rejected")
    again = sambung("replay", "-", "--database", url(store), *options, stdin=LINES[0] + b"\n", **setting)
    assert again.returncode == 0, again.stderr
    assert rows(store, "rejected") == before

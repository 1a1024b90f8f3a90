"""Rows that a fault loses, doubles or spoils are counted, each as what it is."""

from pathlib import Path

import pytest

from tests.builders import enrollment, inspection, lines, outreach
from tests.end_to_end.runs import copied, replay, tables_for, url, written
from tests.faults.verdicts import Wrong, compared
from tests.oracle.compare import rows_of
from tests.stores import run

pytestmark = pytest.mark.broker

EVENTS = lines(enrollment("w1"), enrollment("w2"), outreach(attendees=["w1"]), inspection())
WANTED = tables_for(EVENTS)


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store in which everything is right."""
    folder = tmp_path_factory.mktemp("sound")
    replay(folder / "sambung.db", written(folder / "events.ndjson", EVENTS))
    return folder / "sambung.db"


@pytest.fixture
def database(sound: Path, tmp_path: Path) -> str:
    """A copy that may be spoiled."""
    return url(copied(sound, tmp_path / "spoiled.db"))


def after(database: str, *changes: str) -> Wrong:
    for change in changes:
        run(database, change)
    return compared(WANTED, database)


def test_in_a_sound_store_nothing_is_wrong(database: str) -> None:
    assert compared(WANTED, database) == Wrong(0, 0, ())


def test_a_missing_row_is_lost(database: str) -> None:
    lost, doubled, (problem,) = after(database, "DELETE FROM event WHERE type = 'inspection'")
    assert (lost, doubled) == (1, 0)
    assert "is missing, expected" in problem


def test_a_row_too_many_is_doubled(database: str) -> None:
    columns = "event_id, type, revision, body"
    copy = f"INSERT INTO event ({columns}) SELECT 'x', type, revision, body FROM event"
    lost, doubled, (problem,) = after(database, f"{copy} WHERE type = 'inspection'")
    assert (lost, doubled) == (0, 1)
    assert problem.startswith("event inspection/x: should not be there")


def test_a_row_with_a_wrong_value_is_one_lost_and_one_doubled(database: str) -> None:
    lost, doubled, (problem,) = after(database, "UPDATE event SET revision = 7 WHERE type = 'inspection'")
    assert (lost, doubled) == (1, 1)
    assert problem.endswith("revision is 7, expected 0")


def test_each_table_adds_to_the_count(database: str) -> None:
    """An outreach event's row is one of its own table and a part of its campaign's."""
    lost, doubled, problems = after(
        database, "DELETE FROM event", "UPDATE outreach_event SET headcount = headcount + 1"
    )
    assert (lost, doubled) == (len(WANTED["event"]) + 2, 2)
    assert len(problems) == lost


def test_every_row_is_counted_where_only_some_are_told(database: str) -> None:
    run(database, "DELETE FROM event")
    many = tables_for(lines(*(enrollment(f"m{number}") for number in range(50))))
    wrong = compared(many, database)
    assert wrong.lost == sum(map(len, many.values()))
    assert wrong.doubled == sum(map(len, rows_of(database).values()))
    assert len(wrong.problems) < wrong.lost


def test_a_sum_that_fails_is_a_problem_though_every_row_is_as_wanted(database: str) -> None:
    run(database, "UPDATE live_count SET credit = credit + 1")
    lost, doubled, (problem,) = compared(rows_of(database), database)
    assert (lost, doubled) == (0, 0)
    assert problem.startswith("sambung audit ended with 1: ")
    assert "live_count" in problem

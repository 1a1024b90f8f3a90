"""Reading a store back, and describing its differences."""

import sqlite3
from pathlib import Path

import pytest

from models.places import Places
from tests.builders import enrollment, lines, outreach
from tests.oracle.compare import difference, rows_of
from tests.oracle.oracle import expected
from tests.oracle.tables import Tables

EXPECTED = expected(lines(enrollment("w1"), enrollment("w2"), outreach(attendees=["w1"])), Places.load())


def stored(tables: Tables) -> sqlite3.Connection:
    """A store that holds the tables, with columns in another order and those that are not determined."""
    store = sqlite3.connect(":memory:")
    for name, table in tables.items():
        columns = ["version", *reversed(table.columns), "decided_at"]
        store.execute(f"CREATE TABLE {name} ({', '.join(columns)})")
        values = [(1, *reversed(cells), "2017-09-09 00:00:00.000000") for cells in reversed(table.cells)]
        marks = ", ".join("?" * len(columns))
        store.executemany(f"INSERT INTO {name} VALUES ({marks})", values)
    return store


def differences_of(change: str) -> list[str]:
    store = stored(EXPECTED)
    store.execute(change)
    return difference(EXPECTED, rows_of(store))


def test_a_store_that_holds_the_expected_rows_differs_in_nothing() -> None:
    found = rows_of(stored(EXPECTED))
    assert found == EXPECTED
    assert difference(EXPECTED, found) == []


def test_a_store_is_read_from_its_file_or_its_url(tmp_path: Path) -> None:
    file = tmp_path / "store.db"
    store = stored(EXPECTED)
    store.commit()
    with sqlite3.connect(file) as copy:
        store.backup(copy)
    copy.close()
    assert rows_of(file) == rows_of(f"sqlite:///{file}") == EXPECTED


def test_a_wrong_value_is_told_with_the_right_one() -> None:
    assert differences_of(
        "UPDATE member SET status = 'cancelled', duplicates = 3 WHERE member_id = 'w2'"
    ) == ["member w2: duplicates is 3, expected 0, status is 'cancelled', expected 'active'"]


def test_rows_too_many_too_few_and_twice_are_told() -> None:
    (missing,) = differences_of("DELETE FROM campaign")
    assert missing.startswith("campaign wayang: is missing, expected {'campaign_id': 'wayang', ")
    (extra,) = differences_of("UPDATE event SET event_id = 'x' WHERE type = 'outreach-event'")[1:]
    assert extra.startswith("event outreach-event/x: should not be there, found {")
    assert differences_of("INSERT INTO member SELECT * FROM member WHERE member_id = 'w1'") == [
        "member w1: is there 2 times"
    ]


def test_a_long_list_of_differences_is_cut() -> None:
    assert [one.split(":")[0] for one in differences_of("DELETE FROM credit_current")] == [
        f"credit_current {member}/{model}/0"
        for member in ("w1", "w2")
        for model in ("first", "last", "linear", "position", "time_decay")
    ]
    store = stored(EXPECTED)
    store.execute("UPDATE credit_current SET line = line + 1")
    assert difference(EXPECTED, rows_of(store))[-1] == "credit_current: 10 more rows differ"


def test_other_columns_are_told_before_any_row() -> None:
    assert differences_of("ALTER TABLE inspection RENAME COLUMN team TO crew") == [
        "inspection: columns ['team'] are missing, columns ['crew'] are too many"
    ]


def test_a_store_without_a_table_is_refused() -> None:
    store = stored(EXPECTED)
    store.execute("DROP TABLE live_count")
    with pytest.raises(LookupError, match=r"^the store has no table or view live_count$"):
        rows_of(store)

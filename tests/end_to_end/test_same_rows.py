"""The tables depend on the set of events alone: not on order, repeats, or how it was cut into runs."""

from pathlib import Path
from random import Random

import pytest

from sambung.season import simulate
from tests.end_to_end.conftest import SEED, Sent
from tests.end_to_end.runs import is_cancellation, replay, rows, tables_for, written, wrong_rows
from tests.thorough import thorough

pytestmark = pytest.mark.broker

WRITTEN_ONCE = ("event", "member", "credit", "statement", "live_count", "outreach_event", "inspection")


def test_as_they_came_and_the_same_file_again_changes_no_row_not_even_of_history(
    sent: Sent, options: list[str], tmp_path: Path
) -> None:
    """Only `rejected` grows: bad lines are at new offsets, and nothing remembers them from before."""
    store, file = tmp_path / "s.db", written(tmp_path / "season.ndjson", sent.lines)
    replay(store, file, options=options)
    assert wrong_rows(sent.tables, store) == []
    before = {table: rows(store, table) for table in WRITTEN_ONCE}
    replay(store, file, options=options)
    for table in WRITTEN_ONCE:
        assert rows(store, table) == before[table], table


def test_shuffled(sent: Sent, options: list[str], tmp_path: Path) -> None:
    lines = Random(1).sample(sent.lines, len(sent.lines))
    replay(tmp_path / "s.db", written(tmp_path / "shuffled.ndjson", lines), options=options)
    assert wrong_rows(sent.tables, tmp_path / "s.db") == []


@thorough
def test_every_line_twice(sent: Sent, options: list[str], tmp_path: Path) -> None:
    file = written(tmp_path / "doubled.ndjson", (line for line in sent.lines for _ in range(2)))
    replay(tmp_path / "s.db", file, options=options)
    assert wrong_rows(sent.tables, tmp_path / "s.db") == []


@thorough
def test_in_three_runs_into_one_store_with_the_cancellations_last(
    sent: Sent, options: list[str], tmp_path: Path
) -> None:
    others = [line for line in sent.lines if not is_cancellation(line)]
    half = len(others) // 2
    for part in (others[:half], others[half:], filter(is_cancellation, sent.lines)):
        replay(tmp_path / "s.db", written(tmp_path / "part.ndjson", part), options=options)
    assert wrong_rows(sent.tables, tmp_path / "s.db") == []


def test_a_clean_season(options: list[str], tmp_path: Path) -> None:
    lines = b"".join(simulate("mini", SEED, clean=True).lines()).splitlines()
    summary = replay(tmp_path / "s.db", written(tmp_path / "clean.ndjson", lines), options=options).stdout
    assert wrong_rows(tables_for(lines), tmp_path / "s.db") == []
    assert "refused" not in summary

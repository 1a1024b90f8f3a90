"""The tables depend on the set of events alone: not on order, repeats, or how it was cut into runs."""

from pathlib import Path
from random import Random

import pytest

from sambung.season import simulate
from tests.end_to_end.conftest import SEED, Sent
from tests.end_to_end.runs import copied, is_cancellation, replay, rows, tables_for, written, wrong_rows

pytestmark = pytest.mark.broker

WRITTEN_ONCE = ("event", "member", "credit", "statement", "live_count", "outreach_event", "inspection")


def test_as_they_came(sent: Sent, store: Path) -> None:
    assert wrong_rows(sent.tables, store) == []


def test_shuffled(sent: Sent, tmp_path: Path) -> None:
    lines = Random(1).sample(sent.lines, len(sent.lines))
    replay(tmp_path / "s.db", written(tmp_path / "shuffled.ndjson", lines))
    assert wrong_rows(sent.tables, tmp_path / "s.db") == []


def test_every_line_twice(sent: Sent, tmp_path: Path) -> None:
    file = written(tmp_path / "doubled.ndjson", (line for line in sent.lines for _ in range(2)))
    replay(tmp_path / "s.db", file)
    assert wrong_rows(sent.tables, tmp_path / "s.db") == []


def test_in_three_runs_into_one_store_with_the_cancellations_last(sent: Sent, tmp_path: Path) -> None:
    others = [line for line in sent.lines if not is_cancellation(line)]
    half = len(others) // 2
    for part in (others[:half], others[half:], filter(is_cancellation, sent.lines)):
        replay(tmp_path / "s.db", written(tmp_path / "part.ndjson", part))
    assert wrong_rows(sent.tables, tmp_path / "s.db") == []


def test_a_clean_season(tmp_path: Path) -> None:
    lines = b"".join(simulate("mini", SEED, clean=True).lines()).splitlines()
    told = replay(tmp_path / "s.db", written(tmp_path / "clean.ndjson", lines)).stdout
    assert wrong_rows(tables_for(lines), tmp_path / "s.db") == []
    assert "refused" not in told


def test_the_same_file_again_changes_no_row_not_even_of_history(
    sent: Sent, store: Path, tmp_path: Path
) -> None:
    """Only `rejected` grows: bad lines lie at new offsets, and nobody remembers that they came before."""
    again = copied(store, tmp_path / "again.db")
    replay(again, written(tmp_path / "season.ndjson", sent.lines))
    for table in WRITTEN_ONCE:
        assert rows(again, table) == rows(store, table), table

"""A file of every kind of bad line: each is refused and stored whole, and nothing else changes."""

import re
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.runs import copied, replay, rows
from tests.oracle.tables import KEYS
from tests.services.brokers import Brokers

pytestmark = pytest.mark.broker

BAD_LINES = Path(__file__).parents[1] / "models" / "intake" / "bad-lines.ndjson"
NATIONAL_ID = re.compile(r"(?<![0-9])[0-9]{16}(?![0-9])")


@pytest.fixture(scope="module")
def refused(brokers: Brokers, store: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The season's store after a replay of the bad lines, and the summary of that replay."""
    after = copied(store, tmp_path_factory.mktemp("refused") / "sambung.db")
    return after, replay(after, BAD_LINES, options=brokers.for_replay()).stdout


def new_refusals(store: Path, after: Path) -> list[tuple[Any, ...]]:
    before = set(rows(store, "rejected"))
    return [row for row in rows(after, "rejected") if row not in before]


def expected_reasons() -> list[str]:
    verdicts = BAD_LINES.with_suffix(".txt").read_text(encoding="utf-8").splitlines()
    return sorted(line.rsplit(": ", 1)[1] for line in verdicts if not line.startswith(" "))


def masked(text: str) -> str:
    return NATIONAL_ID.sub("*" * 16, text)


def test_each_has_its_reason(store: Path, refused: tuple[Path, str]) -> None:
    assert sorted(row[0] for row in new_refusals(store, refused[0])) == expected_reasons()


def test_each_is_kept_whole_but_for_national_ids(store: Path, refused: tuple[Path, str]) -> None:
    values = sorted(row[8] for row in new_refusals(store, refused[0]))
    sent = [line.decode(errors="replace") for line in BAD_LINES.read_bytes().split(b"\n") if line]
    as_text = [value for value in values if not value.startswith("base64:")]
    assert sorted(set(map(masked, sent)) & set(as_text)) == as_text
    assert len(values) == len(sent)


def test_a_line_for_no_topic_is_known_by_its_file_and_number(store: Path, refused: tuple[Path, str]) -> None:
    verdicts = BAD_LINES.with_suffix(".txt").read_text(encoding="utf-8").splitlines()
    numbers = [int(line.split(" ", 1)[0]) for line in verdicts if " no topic: " in line]
    lines = [(row[5], row[6]) for row in new_refusals(store, refused[0]) if row[2] is None]
    assert sorted(lines) == [(str(BAD_LINES), number) for number in numbers]


def test_no_national_id_is_left_anywhere(refused: tuple[Path, str]) -> None:
    everything = "\n".join(map(repr, rows(refused[0], "rejected")))
    assert NATIONAL_ID.findall(everything) == []


def test_nothing_else_is_touched(store: Path, refused: tuple[Path, str]) -> None:
    for table in (*KEYS, "credit", "statement"):
        assert rows(refused[0], table) == rows(store, table), table


def test_the_summary_counts_them_by_reason(refused: tuple[Path, str]) -> None:
    summary = " ".join(refused[1].split())
    assert "89 lines read" in summary
    assert "89 records refused: 55 invalid, 17 raw_national_id, 14 not_json, 3 unknown_place" in summary

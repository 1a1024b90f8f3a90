"""The rules file: its default, its digest, and the errors of a wrong file."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from models.instants import DAY_US
from models.reference import ReferenceFileError
from models.rules import DEFAULT_FILE, Position, Rules

REMEDY = "Put that right; the rules.toml that comes with Sambung shows every value and its meaning."


def edited(folder: Path, old: str, new: str) -> Path:
    text = DEFAULT_FILE.read_text(encoding="utf-8")
    assert text.count(old) == 1
    file = folder / "rules.toml"
    file.write_text(text.replace(old, new), encoding="utf-8")
    return file


def test_the_default_rules_are_those_of_version_2017_1() -> None:
    assert Rules.load() == Rules(
        version="2017.1",
        lookback_us={
            "declared": 0,
            "attendance": 90 * DAY_US,
            "company": 90 * DAY_US,
            "place": 30 * DAY_US,
        },
        place_share=300_000,
        position=Position(first=400_000, last=400_000),
        half_life_us=7 * DAY_US,
    )


def test_rules_cannot_be_changed_once_read() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        Rules.load().place_share = 1  # type: ignore[misc]


def test_decimals_are_taken_exactly(tmp_path: Path) -> None:
    rules = Rules.load(edited(tmp_path, "share_percent = 30", "share_percent = 33.3333"))
    assert rules.place_share == 333_333
    rules = Rules.load(edited(tmp_path, "half_life_days = 7", "half_life_days = 0.1"))
    assert rules.half_life_us * 10 == DAY_US


def test_comments_and_spelling_of_numbers_change_no_digest(tmp_path: Path) -> None:
    default = Rules.load()
    assert Rules.load(edited(tmp_path, "place = 30 ", "place = 3_0.0 ")).digest == default.digest
    assert Rules.load(edited(tmp_path, "# the member registered at", "# came to")).digest == default.digest


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"2017.1"', '"2017.2"'),
        ("attendance = 90", "attendance = 91"),
        ("company = 90", "company = 91"),
        ("place = 30 ", "place = 31 "),
        ("share_percent = 30", "share_percent = 31"),
        ("first_percent = 40", "first_percent = 41"),
        ("last_percent = 40", "last_percent = 41"),
        ("half_life_days = 7", "half_life_days = 8"),
    ],
)
def test_every_value_moves_the_digest(tmp_path: Path, old: str, new: str) -> None:
    assert Rules.load(edited(tmp_path, old, new)).digest != Rules.load().digest


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("place = 30 ", "place = -3 ", "lookback_days.place: -3 is not from 0 to 3660"),
        ("place = 30 ", "place = nan ", "lookback_days.place: NaN is not from 0 to 3660"),
        ("declared = 0 ", "declared = 1 ", "lookback_days.declared: 1 is not from 0 to 0"),
        (
            "place = 30 ",
            "place = true ",
            "lookback_days.place: True is not a number; write it without quotes",
        ),
        (
            "place = 30 ",
            'place = "30" ',
            "lookback_days.place: '30' is not a number; write it without quotes",
        ),
        (
            "share_percent = 30",
            "share_percent = 33.33333",
            "place.share_percent: 33.33333 has too many decimals",
        ),
        (
            "last_percent = 40",
            "last_percent = 61",
            "position: first_percent and last_percent are more than 100 together",
        ),
        (
            "half_life_days = 7",
            "half_life_days = 0",
            "time_decay.half_life_days: 0 is not from 0.01 to 36600",
        ),
        (
            "half_life_days = 7",
            "half_life_days = 1e-99",
            "time_decay.half_life_days: 1E-99 is not from 0.01 to 36600",
        ),
        ("place = 30 ", "place = 1e-99 ", "lookback_days.place: 1E-99 has too many decimals"),
        (
            "half_life_days = 7",
            "half_life = 7",
            "time_decay.half_life_days: is missing; time_decay.half_life: is not a rule",
        ),
        ('version = "2017.1"', "version = 2017.1", "version: Input should be a valid string"),
        ('version = "2017.1"', "", "version: is missing"),
    ],
)
def test_a_wrong_value_is_told_by_its_place_in_the_file(
    tmp_path: Path, old: str, new: str, problem: str
) -> None:
    file = edited(tmp_path, old, new)
    with pytest.raises(ReferenceFileError) as caught:
        Rules.load(file)
    assert str(caught.value) == f"{file}: {problem}. {REMEDY}"


def test_a_file_that_is_no_toml_is_told_the_line(tmp_path: Path) -> None:
    file = edited(tmp_path, "[place]", "[place")
    with pytest.raises(ReferenceFileError) as caught:
        Rules.load(file)
    assert str(caught.value) == (
        f"{file}: not TOML: Expected ']' at the end of a table declaration (at line 16, column 7). "
        "Put that line right."
    )

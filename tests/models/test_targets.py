"""The file of targets: what it may say, and what people are told of what is wrong in it."""

from pathlib import Path

import pytest

from models.places import Places
from models.reference import ReferenceFileError
from models.targets import Target, load_targets, published_targets

PLACES = Places.load()
ONE = '[[target]]\nplace = "34"\nkind = "worker"\nnumber = 5\n'
CURVE = "months_percent = [0, 0, 0, 0, 0, 0, 0, 0, 0, 33.3333, 33.3333, 33.3334]\n"


def load(folder: Path, text: str) -> tuple[Target, ...]:
    file = folder / "targets.toml"
    file.write_text(text, encoding="utf-8")
    return load_targets(file, PLACES)


def test_the_published_ones_come_with_the_release() -> None:
    assert published_targets() == (
        Target(2017, "34", "worker", None, None, 117_376, None),
        Target(2017, "34", "company", None, None, 2_710, None),
    )


def test_a_curve_is_of_all_targets_or_of_one(tmp_path: Path) -> None:
    shares = (*[0] * 9, 333_333, 333_333, 333_334)
    channel = ONE + 'channel = "perisai"\nmonths_percent = [100' + ", 0" * 11 + "]\n"
    whole, own = load(tmp_path, "year = 2026\n" + CURVE + ONE + channel)
    assert whole == Target(2026, "34", "worker", None, None, 5, shares)
    assert own == Target(2026, "34", "worker", "perisai", None, 5, (1_000_000, *[0] * 11))


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("year = ", "not TOML: "),
        (ONE, "year: is missing"),
        ("year = 2026\n", "target: is missing"),
        ('year = "2026"\n' + ONE, "year: Input should be a valid integer"),
        ("year = 1964\n" + ONE, "year: Input should be greater than or equal to 1965"),
        ("year = 2026\n" + ONE.replace("5", "0"), "target.1.number: Input should be greater"),
        ("year = 2026\n" + ONE.replace("5", "5.5"), "target.1.number: Input should be a valid integer"),
        (
            "year = 2026\n" + ONE.replace("worker", "dog"),
            "target.1.kind: Input should be 'worker' or 'company'",
        ),
        ("year = 2026\n" + ONE + ONE.replace("34", "34.99"), "target 2: 34.99 is not on the list of places"),
        ("year = 2026\n" + ONE + ONE, "34, worker has 2 targets; keep one"),
        ("year = 2026\n" + ONE + 'colour = "red"\n', "target.1.colour: is not known here"),
        (
            "year = 2026\n" + ONE + 'channel = "wayang"\nagent = "a"\n',
            "target.1: it names a channel and an agent; keep one of them",
        ),
        ("year = 2026\n" + ONE + 'agent = "organic"\n', "target.1.agent: organic is what no campaign earned"),
        ("year = 2026\nmonths_percent = [50, 50]\n" + ONE, "months_percent: it has 2 months; write 12"),
        (
            "year = 2026\n" + CURVE.replace("34]", "3]") + ONE,
            "months_percent is 99.9996 together; make it 100",
        ),
        (
            "year = 2026\n" + CURVE.replace("33.3334", "33.33341") + ONE,
            "months_percent.12: 33.33341 has more than four decimals",
        ),
        ("year = 2026\n" + CURVE.replace("[0", "[-1") + ONE, "months_percent.1: -1 is not from 0 to 100"),
        ("year = 2026\n" + CURVE.replace("[0", "[true") + ONE, "months_percent.1: True is not a number"),
    ],
)
def test_what_is_wrong_is_told(tmp_path: Path, text: str, problem: str) -> None:
    with pytest.raises(ReferenceFileError) as refused:
        load(tmp_path, text)
    told = str(refused.value)
    assert told.startswith(f"{tmp_path}/targets.toml: ")
    assert problem in told
    assert told.endswith(
        ("targets-diy-2017.toml, which comes with Sambung, shows every value.", "line right.")
    )


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(ReferenceFileError, match=r"year: is missing; target\.1\.number: .*; target\.2\.kind"):
        load(tmp_path, ONE.replace("5", "0") + ONE.replace("worker", "dog"))

"""The page of faults: written also when some failed, which then never look like those that passed."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.end_to_end.runs import ROOT
from tests.faults.conftest import PAGE
from tests.faults.page import HEAD, LONGEST, MOST_PROBLEMS, TAIL, Outcome, Tried, page

GOOD = Tried("a cable cut", 3, 0, 0, 2)
BAD = Tried("a clock set back", 2, 4, 1, 7, ("member w1: is missing", "event x: is there 2 times"))


def body(*outcomes: Outcome) -> list[str]:
    """The lines between the text that is always the same, without the table's head."""
    text = page(list(outcomes))
    assert text.startswith(HEAD)
    assert text.endswith(TAIL)
    return [line for line in text[len(HEAD) : -len(TAIL)].splitlines() if line][2:]


def test_a_fault_that_went_well_is_a_row() -> None:
    assert body(Outcome("a cable is cut", [GOOD], "")) == ["| a cable cut | 3 | 0 | 0 | 2 |"]


def test_what_was_lost_and_doubled_stands_in_the_table_and_is_told_below() -> None:
    assert body(Outcome("a clock", [BAD], "member w1: is missing"), Outcome("a cable", [GOOD], "")) == [
        "| a clock set back | 2 | 4 | 1 | 7 |",
        "| a cable cut | 3 | 0 | 0 | 2 |",
        "Wrong in this run:",
        "- a clock set back: member w1: is missing",
        "- a clock set back: event x: is there 2 times",
    ]


def test_a_test_without_a_verdict_keeps_its_row() -> None:
    assert body(Outcome("a flood", [], "still not stored after 120 s")) == [
        "| a flood | no verdict | - | - | - |",
        "Wrong in this run:",
        "- a flood: still not stored after 120 s",
    ]


def test_a_test_that_failed_after_its_verdict_is_told() -> None:
    assert body(Outcome("a cable is cut", [GOOD], "a worker ended by itself"))[1:] == [
        "Wrong in this run:",
        "- a cable is cut: a worker ended by itself",
    ]


def test_a_test_that_told_of_no_fault_is_told() -> None:
    assert body(Outcome("a flood", [], ""))[-1] == "- a flood: the test reported no fault"


def test_a_long_list_is_cut() -> None:
    many = BAD._replace(problems=tuple(map(str, range(MOST_PROBLEMS + 3))))
    found = body(Outcome("a clock", [many], "0"))
    assert found[-2:] == [f"- a clock set back: {MOST_PROBLEMS - 1}", "- a clock: 3 more"]


def test_a_long_problem_is_cut() -> None:
    (_, _, told) = body(Outcome("a flood", [], "water " * LONGEST))
    assert told.startswith("- a flood: water water")
    assert told.endswith("water ...")
    assert len(told) <= LONGEST + len("- ")


def test_the_page_in_the_docs_has_the_text_of_today() -> None:
    text = (ROOT / "docs/faults.md").read_text(encoding="utf-8")
    assert text.startswith(HEAD)
    assert text.endswith(TAIL)


RUN = """
import pytest
from tests.faults.page import Tried

def test_good(tell): tell(Tried("good", 1, 0, 0, 1))
def test_lost(tell): tell(Tried("lost", 1, 1, 0, 1, ("member w1: is missing",)))
def test_counted_only(tell): tell(Tried("counted only", 1, 0, 1, 1))
def test_ended_before(tell): raise OSError("no broker\\nat all")
def test_left_out(tell): pytest.skip("only root can")
def test_something_else(): pass
"""


def ended(folder: Path, *options: str, run: str = RUN) -> tuple[int, Path]:
    """Exit code of a session of tests of faults, and where its page is, if it wrote one."""
    tests, written = folder / "test_of_a_run.py", folder / "page.md"
    tests.write_text(run)
    ours = ["-p", "tests.faults.conftest", "-c", str(ROOT / "pyproject.toml"), "-p", "no:cacheprovider"]
    ours += ["-p", "no:hypothesispytest"]  # a second of a processor for what no test of a run uses
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *ours, *options, str(tests)],
        cwd=ROOT,
        env=os.environ | {PAGE: str(written)},
        capture_output=True,
        check=False,
    )
    return done.returncode, written


def test_a_run_with_failures_fails_and_writes_its_page(tmp_path: Path) -> None:
    """In two processes, as `make faults JOBS=2`; below in one."""
    code, written = ended(tmp_path, "-m", "fault", "--numprocesses=2")
    assert code == pytest.ExitCode.TESTS_FAILED
    assert [line for line in written.read_text().splitlines() if line.startswith(("| ", "- "))][2:-3] == [
        "| good | 1 | 0 | 0 | 1 |",
        "| lost | 1 | 1 | 0 | 1 |",
        "| counted only | 1 | 0 | 1 | 1 |",
        "| ended before | no verdict | - | - | - |",
        "| left out | no verdict | - | - | - |",
        "- lost: member w1: is missing",
        "- counted only: assert (0, 1) == (0, 0)",
        "- ended before: no broker",
        "- left out: only root can",
    ]


def test_what_was_not_run_any_more_keeps_its_row(tmp_path: Path) -> None:
    _, written = ended(tmp_path, "-m", "fault", "-x")
    assert "| ended before | no verdict | - | - | - |" in written.read_text()
    assert "- ended before: it was not run" in written.read_text()


def test_a_run_without_failures_passes(tmp_path: Path) -> None:
    code, written = ended(tmp_path, "-m", "fault", "-k", "good")
    assert code == pytest.ExitCode.OK
    assert "Wrong in this run" not in written.read_text()
    assert "| good | 1 | 0 | 0 | 1 |" in written.read_text()


def test_a_run_that_is_broken_off_leaves_the_page_as_it_was(tmp_path: Path) -> None:
    code, written = ended(tmp_path, "-m", "fault", run=RUN + "def test_stop(tell): raise KeyboardInterrupt\n")
    assert code == pytest.ExitCode.INTERRUPTED
    assert not written.exists()


def test_only_what_tells_of_a_fault_is_left_out_of_the_usual_run(tmp_path: Path) -> None:
    code, written = ended(tmp_path)
    assert code == pytest.ExitCode.OK
    assert not written.exists()

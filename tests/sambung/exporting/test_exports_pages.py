"""What the pages on exports and on scheduled jobs tell people to run works as it is written there."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from sambung.exporting import csv_file
from tests.reports.filled import Filled
from tests.sambung.exporting.stores import HOSTILE
from tests.services.missing import need
from tests.sinks.records import statement

ROOT = Path(__file__).parents[3]
EXPORTS = (ROOT / "docs/reporting/exports.md").read_text(encoding="utf-8")
JOBS = (ROOT / "docs/operating/jobs.md").read_text(encoding="utf-8")


def block(page: str, language: str) -> str:
    found = re.search(rf"^```{language}\n(.*?)^```", page, re.DOTALL | re.MULTILINE)
    assert found is not None
    return found[1]


@pytest.mark.parametrize("text", HOSTILE)
def test_the_apostrophes_are_taken_away_as_the_page_says(text: str) -> None:
    program = block(EXPORTS, "python").replace('"\'=1+1"', repr(csv_file.guarded(text)))
    found: dict[str, str] = {}
    exec(program, found)  # noqa: S102  the page's own
    assert found["original"] == text


def test_the_script_for_what_is_new_goes_on_where_it_ended(store: Filled, tmp_path: Path) -> None:
    need(sys.platform == "linux", "the page's script is for Linux (mv -T)")
    script = tmp_path / "export-new.sh"
    script.write_text(block(JOBS, "sh"), encoding="utf-8")
    folder = tmp_path / "exports"
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"

    def run() -> None:
        command = ["sh", "-e", str(script), str(folder), store.url]
        subprocess.run(command, check=True, env=os.environ | {"PATH": path}, capture_output=True)

    run()
    (first,) = folder.iterdir()
    assert len((first / "member.csv").read_text(encoding="utf-8").splitlines()) == 3
    store.apply(statement("m77", 77), counted=False)
    run()
    newest = max(folder.iterdir(), key=lambda one: int(one.name.removeprefix("batch-")))
    assert newest != first
    assert '"m77"' in (newest / "member.csv").read_text(encoding="utf-8")
    assert len((newest / "member.csv").read_text(encoding="utf-8").splitlines()) == 2

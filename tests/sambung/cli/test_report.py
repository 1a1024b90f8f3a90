"""`sambung report`: one file, the same bytes again, also of a past moment; refusals that leave nothing."""

import hashlib
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from time import sleep

import pytest

from sinks.sql import SqlSink
from tests.reports.filled import Filled
from tests.sambung.cli.conftest import Command, unwrapped
from tests.sambung.streamed import stream, written
from tests.sinks.records import NOW_US, ORIGIN, statement
from tests.stores import run

ROOT = Path(__file__).parents[3]
PAGE = ROOT / "docs" / "reporting" / "report.md"
PARTS = 3


@pytest.fixture
def filled(store: Filled) -> Filled:
    store.apply(statement("m1"), statement("m2", place="34.71.01"))
    return store


@pytest.mark.usefixtures("filled")
def test_it_says_what_it_wrote(sambung: Command, url: str, tmp_path: Path) -> None:
    file = tmp_path / "new" / "2017.html"
    result = sambung("report", "--lang", "en", "--out", file, "--database", url)
    assert (result.exit_code, result.stderr) == (0, "")
    assert unwrapped(result.stdout).startswith(
        f"{file} has the report of the store as of batch 1, written on "
    )
    assert '<html lang="en">' in file.read_text("utf-8")
    asked = ("--period", "2017-09", "--place", "34.04", "--force", "--json")
    told = json.loads(sambung("report", "--out", file, *asked, "--database", url).stdout)
    content = file.read_bytes()
    assert b'<html lang="id">' in content
    assert (told["file"], told["bytes"]) == (str(file), len(content))
    assert told["sha256"] == hashlib.sha256(content).hexdigest()
    assert (told["language"], told["place"]) == ("id", "34.04")
    assert told["period"] == {"first": "2017-09", "last": "2017-09"}
    assert (told["store"]["batch"], told["store"]["rules"]) == (1, ["2017.1"])
    assert [one.name for one in file.parent.iterdir()] == [file.name]
    assert file.stat().st_mode & 0o777 == 0o666 & ~_umask()


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


@pytest.mark.usefixtures("filled")
def test_the_commands_of_the_page_write_the_same_bytes_elsewhere(
    sambung: Command, url: str, tmp_path: Path
) -> None:
    [script] = re.findall(r"^```sh\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    apart = {"PYTHONPATH": str(ROOT), "TZ": "America/Lima", "LC_ALL": "C", "PYTHONHASHSEED": "7"}
    sleep(1)  # the script asks for a moment in whole seconds
    subprocess.run(
        ["sh", "-e", "-c", script],
        check=True,
        cwd=tmp_path,
        env=os.environ | apart | {"PATH": path, "STORE": url},
        capture_output=True,
    )
    sambung("report", "--out", "here.html", "--database", url)
    assert (
        Path("here.html").read_bytes() == Path("march.html").read_bytes() == Path("again.html").read_bytes()
    )


def test_as_of_a_moment_it_is_the_report_that_was_made_then(sambung: Command, storeless: str) -> None:
    options = ("--period", "2017-01..2017-06", "--place", "34", "--lang", "en", "--database", storeless)
    sink = SqlSink(storeless)
    sink.open_generation(ORIGIN, NOW_US)
    for number, batch in enumerate(written(stream(), PARTS)):
        sink.apply(batch)
        assert sambung("report", "--out", f"{number}.html", *options).exit_code == 0
    sink.close()
    batches = run(storeless, "SELECT committed_at FROM batch WHERE batch > 0 ORDER BY batch")
    assert len(batches) == PARTS
    for number, (committed_at,) in enumerate(batches):
        instant = f"{committed_at.replace(' ', 'T')}Z"
        assert sambung("report", "--out", "past.html", "--force", "--as-of", instant, *options).exit_code == 0
        assert Path("past.html").read_bytes() == Path(f"{number}.html").read_bytes()
    assert len({Path(f"{number}.html").read_bytes() for number in range(PARTS)}) == PARTS


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--period", "2017-1"), "'2017-1' is no period. Write months: 2017-01..2017-09"),
        (("--period", "2017-09..2017-01"), "2017-09 is later than 2017-01. Exchange them."),
        (("--place", "34.99"), "'34.99' is not on the list of places. Write the code of a regency"),
        (("--place", "sleman"), "Write its code: 34.04 (Kabupaten Sleman), 34.04.13 (Sleman, Kabupaten"),
        (("--lang", "fr"), "'fr' is not one of 'id', 'en'"),
        (("--out", "a.txt"), "a.txt is no name of a report. Let it end in .html or .pdf."),
        (("--out", "folder.html"), "folder.html is a folder. Name a file in it"),
        (("--out", "there.html"), "there.html is there already. Name another file, or replace it with"),
        (("--out", "there.html/a.html"), "there.html"),
        (("--as-of", "2017-01-01T00:00:00Z"), "The store knows its past from"),
    ],
)
@pytest.mark.usefixtures("filled")
def test_what_cannot_be_is_told_and_leaves_nothing(
    sambung: Command, url: str, tmp_path: Path, arguments: tuple[str, ...], told: str
) -> None:
    (tmp_path / "folder.html").mkdir()
    (tmp_path / "there.html").write_text("kept", encoding="utf-8")
    before = sorted(one.name for one in tmp_path.iterdir())
    out = () if "--out" in arguments else ("--out", "new.html")
    result = sambung("report", *out, *arguments, "--database", url)
    assert (result.exit_code, result.stdout) == (2, "")
    assert told in unwrapped(result.stderr)
    assert sorted(one.name for one in tmp_path.iterdir()) == before
    assert (tmp_path / "there.html").read_text(encoding="utf-8") == "kept"


@pytest.mark.parametrize(("library", "module"), [("jinja2", "html_file"), ("typst", "pdf")])
@pytest.mark.usefixtures("filled")
def test_a_library_that_is_missing_is_named(
    sambung: Command, url: str, monkeypatch: pytest.MonkeyPatch, library: str, module: str
) -> None:
    monkeypatch.delitem(sys.modules, f"sambung.reporting.{module}", raising=False)
    monkeypatch.setitem(sys.modules, library, None)
    result = sambung("report", "--out", f"a.{module.partition('_')[0]}", "--database", url)
    assert result.exit_code == 2
    assert f"A report needs {library}: pip install 'sambung[reports]'" in unwrapped(result.stderr)

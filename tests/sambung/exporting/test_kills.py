"""An export that is killed leaves nothing under its name; one that ends is whole."""

import errno
import hashlib
import json
import os
import random
import subprocess
import time
from collections.abc import Iterable
from pathlib import Path

import pytest

from sambung.exporting import export as exporting
from sambung.exporting import whole_folder as folders
from sambung.exporting.whole_folder import whole_folder
from sambung.terminal.exits import Failed
from tests.reports.filled import Filled
from tests.sinks.records import statement
from tests.thorough import tries
from tests.warm import Module

MEMBERS = 3_000
TABLES = ("member", "statement", "credit_current", "credit_line", "live_count")


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> str:
    found = f"sqlite:///{tmp_path_factory.mktemp('killed') / 'store.db'}"
    filled = Filled(found)
    filled.apply(*(statement(f"m{at}", at) for at in range(MEMBERS)))
    filled.close()
    return found


def started(url: str, out: Path, file_format: str) -> Module:
    options = ("--out", str(out), "--format", file_format, "--database", url)
    return Module("sambung", "export", *TABLES, *options, stdout=subprocess.DEVNULL)


def assert_whole(out: Path) -> None:
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    assert [entry["table"] for entry in manifest["files"]] == list(TABLES)
    assert {path.name for path in out.iterdir()} == {
        "manifest.json", *(entry["file"] for entry in manifest["files"]),
    }  # fmt: skip
    for entry in manifest["files"]:
        assert hashlib.sha256((out / entry["file"]).read_bytes()).hexdigest() == entry["sha256"]


@pytest.mark.parametrize("file_format", ["csv", "parquet", "xlsx"])
def test_killed_at_random_moments_it_is_whole_or_not_there(
    url: str, tmp_path: Path, file_format: str
) -> None:
    """The killed ones leave the next one nothing to stumble over."""
    out, partial = tmp_path / "out", tmp_path / ".out.sambung-partial"
    dice = random.Random(7)
    begun = 0
    for _ in range(tries(24)):
        process = started(url, out, file_format)
        while not partial.exists() and process.poll() is None:
            time.sleep(0.001)
        time.sleep(dice.uniform(0, 0.5))
        process.kill()
        process.wait()
        begun += partial.exists()
        if out.exists():
            assert_whole(out)
            out.rename(tmp_path / f"done-{dice.random()}")
    assert begun, "none was killed half-way"
    last = started(url, out, file_format)
    assert last.wait() == 0
    assert_whole(out)
    assert not partial.exists()


def test_two_into_one_folder_do_not_meet(tmp_path: Path) -> None:
    with (
        whole_folder(tmp_path / "out", private=True),
        pytest.raises(Failed, match="Another export is writing"),
        whole_folder(tmp_path / "out", private=True),
    ):
        pass


def test_what_fails_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), whole_folder(tmp_path / "deep" / "out", private=True) as partial:
        (partial / "half.csv").write_bytes((partial / "nothing.csv").read_bytes())
    assert list((tmp_path / "deep").iterdir()) == []


def test_after_a_disk_is_full_the_query_has_ended_and_nothing_is_left(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def write(_file: Path, _columns: object, chunks: Iterable[object]) -> None:
        for _ in chunks:
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(exporting, "_writer", lambda _: write)
    with pytest.raises(OSError, match="No space left"):
        exporting.export(url, exporting.Asked(("credit_line",), tmp_path / "deep" / "out"))
    assert list((tmp_path / "deep").iterdir()) == []
    assert caplog.records == []


def test_everything_is_on_the_disk_before_it_has_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    monkeypatch.setattr(
        folders, "sync", lambda file: done.append(f"{file.name} {(tmp_path / 'out').exists()}")
    )
    monkeypatch.setattr(folders, "sync_folder", lambda folder: done.append(folder.name))
    with whole_folder(tmp_path / "out", private=True) as partial:
        (partial / "a.csv").write_text("a")
    assert done == ["a.csv False", ".out.sambung-partial", tmp_path.name]


def test_an_empty_folder_is_taken_and_another_is_not(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    with whole_folder(out, private=False) as partial:
        (partial / "a.csv").write_text("a")
    assert (out / "a.csv").read_text() == "a"
    with pytest.raises(Failed, match="is there already"), whole_folder(out, private=False):
        pass


def test_a_mounted_folder_is_refused() -> None:
    """The one above is another disk, and a folder cannot be renamed from there."""
    with pytest.raises(Failed, match="is mounted"), whole_folder(Path("/proc"), private=True):
        pass


@pytest.mark.parametrize(("private", "folder", "file"), [(True, 0o700, 0o600), (False, 0o755, 0o644)])
def test_rows_of_members_are_for_their_owner_only(
    tmp_path: Path, *, private: bool, folder: int, file: int
) -> None:
    before = os.umask(0o022)
    try:
        with whole_folder(tmp_path / "out", private=private) as partial:
            (partial / "a.csv").write_text("a")
    finally:
        os.umask(before)
    assert (tmp_path / "out").stat().st_mode & 0o777 == folder
    assert (tmp_path / "out" / "a.csv").stat().st_mode & 0o777 == file

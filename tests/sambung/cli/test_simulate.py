"""A season on standard output or in a file, the same bytes each time."""

import gzip
import json
from pathlib import Path

from sambung.season import simulate as invent
from tests.sambung.cli.conftest import Command, unwrapped


def test_the_lines_go_to_standard_output_and_the_rest_to_stderr(sambung: Command) -> None:
    result = sambung("simulate", "mini", "--seed", 3)
    assert result.exit_code == 0
    assert result.stdout_bytes == b"".join(invent("mini", 3).lines())
    assert "lines of mini by seed 3" in result.stderr


def test_a_clean_season_has_each_event_once(sambung: Command) -> None:
    result = sambung("simulate", "mini", "--seed", 3, "--clean")
    ids = [json.loads(line)["event_id"] for line in result.stdout.splitlines()]
    assert len(ids) == len(set(ids))
    assert "repeat" not in result.stderr


def test_lines_and_truth_go_to_files(sambung: Command, tmp_path: Path) -> None:
    result = sambung("simulate", "mini", "--seed", 3, "--out", "s.ndjson", "--truth", "t.ndjson")
    assert (result.exit_code, result.stdout) == (0, "")
    season = invent("mini", 3)
    assert (tmp_path / "s.ndjson").read_bytes() == b"".join(season.lines())
    assert (tmp_path / "t.ndjson").read_bytes() == b"".join(season.truth_lines())
    assert "lines of mini by seed 3 in s.ndjson" in result.stderr


def test_a_file_is_packed_where_its_name_says_so_and_to_the_same_bytes(
    sambung: Command, tmp_path: Path
) -> None:
    for name in ("a.gz", "b.gz"):
        sambung("simulate", "mini", "--seed", 3, "--out", name)
    assert gzip.decompress((tmp_path / "a.gz").read_bytes()) == b"".join(invent("mini", 3).lines())
    assert (tmp_path / "a.gz").read_bytes() == (tmp_path / "b.gz").read_bytes()


def test_an_unknown_season_is_told_with_those_that_are_known(sambung: Command) -> None:
    result = sambung("simulate", "diy-2018", "--seed", 3)
    assert result.exit_code == 2
    message = unwrapped(result.stderr)
    assert "there is no season 'diy-2018'. These are known:" in message
    assert "mini" in message


def test_a_seed_is_needed(sambung: Command) -> None:
    result = sambung("simulate", "mini")
    assert result.exit_code == 2
    assert "Missing option '--seed'" in result.stderr


def test_a_folder_that_is_not_there_is_named(sambung: Command) -> None:
    result = sambung("simulate", "mini", "--seed", 3, "--out", "nowhere/s.ndjson")
    assert result.exit_code == 2
    assert "nowhere/s.ndjson: no such file or directory." in result.stderr

"""A worker that cannot start reports it in the form of its log."""

import json
import subprocess
from pathlib import Path

import pytest

from tests.end_to_end.runs import sambung, url

NO_STREAM = "This store has no stream of this release on this broker"


def worker(folder: Path, **settings: str) -> "subprocess.CompletedProcess[str]":
    """Of an empty store, where nobody listens; it has to fail."""
    done = sambung(
        "worker", "--quiet", "--broker", "127.0.0.1:1", "--database", url(folder / "s.db"), **settings
    )
    assert done.returncode == 2
    return done


@pytest.mark.parametrize(
    ("settings", "message"),
    [({}, NO_STREAM), ({"SAMBUNG_LOG": "json", "SAMBUNG_PARTITIONS": "many"}, "SAMBUNG_PARTITIONS: ")],
    ids=["no stream", "a setting that cannot be"],
)
def test_a_line_of_json_for_machines(settings: dict[str, str], message: str, tmp_path: Path) -> None:
    [last] = map(json.loads, worker(tmp_path, **settings).stderr.splitlines())
    assert (last["event"], last["level"], last["where"]) == ("stopped", "critical", "start")
    assert message in last["error"]


def test_a_sentence_for_people(tmp_path: Path) -> None:
    assert worker(tmp_path, SAMBUNG_LOG="text").stderr.startswith(NO_STREAM)

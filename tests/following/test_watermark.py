"""What is a watermark and what is none, one batch at a time."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.following.copies import differences
from tests.following.storm import FOLLOWER
from tests.sinks.cases import Kind, SinkCase
from tests.sinks.records import batch, count, gone, refused, row, statement, version
from tests.stores import run
from tests.warm import Module


@pytest.fixture
def sql_case(database: Kind) -> Iterator[SinkCase]:
    with database.opened() as opened:
        yield opened


def look(url: str, copy: Path, mode: str = "snapshot") -> None:
    looking = Module(FOLLOWER, url, str(copy), mode, stdin=subprocess.DEVNULL)
    assert looking.wait() == 0


@pytest.mark.parametrize("mode", ["snapshot", "tables"])
def test_a_partition_that_commits_late_is_not_lost(sql_case: SinkCase, tmp_path: Path, mode: str) -> None:
    for one in (statement("of a fast partition", 1_000), statement("of a slow one", 10)):
        sql_case.apply(batch(one))
        look(sql_case.url, tmp_path / "copy.db", mode)
    assert differences(sql_case.url, tmp_path / "copy.db") == {}


def test_version_is_no_watermark_as_it_loses_what_commits_late(sql_case: SinkCase, tmp_path: Path) -> None:
    for one in (statement("of a fast partition", 1_000), statement("of a slow one", 10)):
        sql_case.apply(batch(one))
        look(sql_case.url, tmp_path / "copy.db", "version")
    assert differences(sql_case.url, tmp_path / "copy.db") == {"member": (1, 0), "statement": (1, 0)}


def test_a_member_that_goes_and_comes_back_between_looks_stays(sql_case: SinkCase, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    sql_case.apply(batch(statement("m1"), statement("m2"), counts=(count("a", 1, row()),)))
    look(sql_case.url, copy)
    sql_case.apply(batch(gone("m1", 2), gone("m2", 2), counts=(count("a", 2),)), batch(statement("m1", 3)))
    look(sql_case.url, copy)
    assert differences(sql_case.url, copy) == {}
    assert run(f"sqlite:///{copy}", "SELECT member_id, version FROM member") == [("m1", version(3))]
    assert run(f"sqlite:///{copy}", "SELECT * FROM live_count") == []


def test_refused_records_have_no_key_and_come_once_all_the_same(sql_case: SinkCase, tmp_path: Path) -> None:
    for offset in range(3):
        sql_case.apply(batch(rejected=(refused(offset=offset), refused(file="list.ndjson", line=offset + 1))))
        look(sql_case.url, tmp_path / "copy.db", "tables")
    assert differences(sql_case.url, tmp_path / "copy.db") == {}

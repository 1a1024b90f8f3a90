"""The page for followers: what it prints is run as printed, and does what it says."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from models.tables.audiences import RoleKind
from sinks.sql import SqlSink
from sinks.staging import Staging
from sinks.store import migrate
from tests.following.history import PARTITIONS, batch_at
from tests.following.page import blocks
from tests.services.postgres import Postgres
from tests.sinks.records import NOW_US, ORIGIN
from tests.stores import opened, rows, run

FOLLOWED_BY_PYTHON = ("member", "live_count", "outreach_event", "inspection")


@pytest.fixture
def url(storeless: str) -> str:
    return storeless


def filled(url: str) -> SqlSink:
    sink = SqlSink(url)
    sink.open_generation(ORIGIN, NOW_US)
    write(sink, 1, range(100))
    return sink


def write(sink: SqlSink, generation: int, offsets: range) -> None:
    for partition in PARTITIONS:
        for start in range(offsets.start, offsets.stop, 20):
            sink.apply(batch_at(generation, partition, range(start, start + 20)))


def rebuild(sink: SqlSink) -> None:
    """Members and counts of the generation before vanish."""
    number = sink.open_generation(ORIGIN, NOW_US)
    with Staging(number) as staging:
        for partition in PARTITIONS:
            staging.apply(batch_at(number, partition, range(60)))
        staging.settle(sink, {}, NOW_US)


def execute(url: str, script: str) -> None:
    """Statement by statement on one connection, as psql does."""
    import psycopg  # noqa: PLC0415  only PostgreSQL's tests come here

    with psycopg.connect(url, autocommit=True) as connection:
        for statement in script.split(";\n"):
            connection.execute(statement.encode())


def test_the_job_in_sql_ends_with_the_table(postgres: Postgres) -> None:
    url = postgres.new_database()
    sink = filled(url)
    once, each_time = blocks("A job in SQL")
    execute(url, once)
    for change in (lambda: None, lambda: write(sink, 1, range(80, 200)), lambda: rebuild(sink)):
        change()
        execute(url, each_time)
        assert run(url, "SELECT * FROM reporting.member ORDER BY 1") == run(
            url, "SELECT * FROM member ORDER BY 1"
        )
    assert run(url, "SELECT max(batch) FROM batch") == run(url, "SELECT batch FROM reporting.watermark")
    sink.close()


def job(url: str, folder: Path) -> subprocess.CompletedProcess[str]:
    (code,) = blocks("A job in Python")
    (folder / "follow.py").write_text(code, encoding="utf-8")
    command = [sys.executable, str(folder / "follow.py"), url, str(folder / "copy.db")]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def copied_as_stored(url: str, folder: Path) -> bool:
    """Keys and batches, which tell the content."""
    names = ("member_id", "campaign_id, district, month, kind, model", "event_id", "event_id")
    return all(
        run(f"sqlite:///{folder / 'copy.db'}", query) == run(url, query)
        for table, key in zip(FOLLOWED_BY_PYTHON, names, strict=True)
        for query in [f"SELECT {key}, batch FROM {table} ORDER BY {key}"]
    )


def test_the_job_in_python_ends_with_the_tables(url: str, tmp_path: Path) -> None:
    sink = filled(url)
    for change in (lambda: None, lambda: write(sink, 1, range(80, 200)), lambda: rebuild(sink)):
        change()
        done = job(url, tmp_path)
        assert done.returncode == 0, done.stderr
        assert copied_as_stored(url, tmp_path)
    sink.close()


def test_the_job_in_python_stops_at_another_contract(url: str, tmp_path: Path) -> None:
    filled(url).close()
    run(url, "DROP VIEW contract")
    run(url, "CREATE VIEW contract AS SELECT 2 AS number")
    done = job(url, tmp_path)
    assert done.returncode == 1
    assert done.stderr == "The store keeps contract 2, and this program knows 1.\n"


def test_the_job_in_python_stops_at_a_store_with_another_history(url: str, tmp_path: Path) -> None:
    """As after a restore from a copy that other batches were written to since."""
    filled(url).close()
    assert job(url, tmp_path).returncode == 0
    run(url, "DELETE FROM batch WHERE batch > 3")
    sink = SqlSink(url)
    write(sink, 1, range(100, 300))
    sink.close()
    done = job(url, tmp_path)
    assert done.returncode == 1
    assert "the store has another history. Delete the copy." in done.stderr


def test_a_reader_may_follow_by_the_job_in_python(postgres: Postgres, tmp_path: Path) -> None:
    url = postgres.new_database()
    filled(url).close()
    migrate(url, {RoleKind.READER: "follower_of_the_page"})
    done = job(url.replace("sambung@", "follower_of_the_page@"), tmp_path)
    assert done.returncode == 0, done.stderr
    assert copied_as_stored(url, tmp_path)


def test_the_query_for_whole_states_is_true_within_the_end_of_a_rebuild(url: str) -> None:
    (query,) = blocks("Whole states only")
    sink = filled(url)
    assert run(url, query) == []
    sink.open_generation(ORIGIN, NOW_US)
    assert run(url, query) == []
    sink.apply(replace(batch_at(2, 0, range(30)), settle=True))
    assert [bool(one) for (one,) in run(url, query)] == [True]
    sink.settle(2, {}, NOW_US)
    assert [bool(one) for (one,) in run(url, query)] == [False]
    sink.close()


def test_the_members_as_of_a_moment_are_those_that_were_there(url: str) -> None:
    (query,) = blocks("As of a past moment")
    sink = filled(url)
    then = run(url, "SELECT member_id, version, status, place FROM member ORDER BY 1")
    [(moment,)] = run(url, "SELECT max(committed_at) FROM batch")
    write(sink, 1, range(100, 200))
    sink.close()
    assert "2026-11-30 10:00:00.000000+00:00" in query
    zone = "" if url.startswith("sqlite") else "+00:00"
    query = query.replace("2026-11-30 10:00:00.000000+00:00", f"{moment}{zone}").rstrip().rstrip(";")
    with opened(url) as connection:
        found = rows(
            connection, f"SELECT member_id, version, status, place FROM ({query}) AS past ORDER BY 1"
        )
    assert found == then
    assert run(url, "SELECT member_id, version, status, place FROM member ORDER BY 1") != then


def test_the_model_on_the_page_is_the_one_of_the_example_project() -> None:
    """tests/following/test_dbt.py runs it."""
    printed, _ = blocks("A job in dbt")
    assert printed == (Path(__file__).parents[2] / "docs/dbt/models/members.sql").read_text(encoding="utf-8")

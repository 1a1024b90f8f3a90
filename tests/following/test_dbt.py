"""The example project for dbt follows a store in PostgreSQL, and its sources say what holds there."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import make_url

from models.tables.audiences import RoleKind
from sinks.sql import SqlSink
from sinks.staging import Staging
from sinks.store import migrate
from tests.following.history import PARTITIONS, batch_at
from tests.following.page import blocks
from tests.following.storm import Program
from tests.services.kafka import ROOT
from tests.services.missing import need
from tests.services.postgres import Postgres
from tests.sinks.records import NOW_US, ORIGIN
from tests.stores import run

DBT = ROOT / "var" / "dbt" / "bin" / "dbt"
PROJECT = ROOT / "docs" / "dbt"
MEMBER = (
    "member_id, kind, company_id, place, occurred_at, status, "
    "evidence, duplicates, rules_version, version, batch"
)
RunDbt = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def url(postgres: Postgres) -> str:
    return postgres.new_database()


@pytest.fixture
def dbt(url: str, tmp_path: Path) -> RunDbt:
    """Runs a command of dbt on the example project, with the store in `url` as its database."""
    need(DBT.exists(), "dbt is not installed (`make dbt`)")
    project = shutil.copytree(PROJECT, tmp_path / "dbt", ignore=shutil.ignore_patterns("target", "logs"))
    place = make_url(url)
    settings = {"PGHOST": str(place.host), "PGPORT": str(place.port), "PGDATABASE": str(place.database)}

    def command(*arguments: str, user: str = "sambung") -> subprocess.CompletedProcess[str]:
        folders = ("--project-dir", str(project), "--profiles-dir", str(project))
        return subprocess.run(
            [str(DBT), "--no-use-colors", "--warn-error", *arguments, *folders],
            env=os.environ | settings | {"PGUSER": user},
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )

    return command


@pytest.fixture
def sink(url: str) -> Iterator[SqlSink]:
    with closing(SqlSink(url)) as sink:
        sink.open_generation(ORIGIN, NOW_US)
        apply(sink, 1, range(150))
        yield sink


@pytest.fixture
def reader(url: str, sink: SqlSink) -> str:  # noqa: ARG001  after the store
    """A role that dbt can write with, made as the page says."""
    _, once = blocks("A job in dbt")
    name = f"reports_of_{make_url(url).database}"
    for statement in (
        once.replace("sambung", str(make_url(url).database)).replace("reports", name).split(";\n")
    ):
        if statement:
            run(url, statement)
    migrate(url, {RoleKind.READER: name})
    return name


def apply(sink: SqlSink, generation: int, offsets: range) -> None:
    for partition in PARTITIONS:
        for start in range(offsets.start, offsets.stop, 25):
            sink.apply(batch_at(generation, partition, range(start, start + 25)))


def rebuild(sink: SqlSink) -> None:
    sink.open_generation(ORIGIN, NOW_US)
    with Staging(2) as staging:
        for partition in PARTITIONS:
            staging.apply(batch_at(2, partition, range(80)))
        staging.settle(sink, {}, NOW_US)


@contextmanager
def writing(url: str, generation: int) -> Iterator[None]:
    """Meanwhile another process writes."""
    writer = Program("tests.following.writer", url, str(generation), *map(str, PARTITIONS))
    writer.start()
    writer.wait_until_it_prints()
    try:
        yield
        writer.end()
    finally:
        writer.kill()


def passes(done: subprocess.CompletedProcess[str]) -> None:
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_reader_s_incremental_model_is_the_table_after_each_run(
    url: str, sink: SqlSink, reader: str, dbt: RunDbt
) -> None:
    with writing(url, generation=1):
        passes(dbt("build", user=reader))
    first = run(url, "SELECT member_id FROM sambung_reporting.members")
    rebuild(sink)
    with writing(url, generation=2):
        passes(dbt("build", user=reader))
    passes(dbt("build", user=reader))
    second = run(url, f"SELECT {MEMBER} FROM sambung_reporting.members ORDER BY 1")
    assert second == run(url, f"SELECT {MEMBER} FROM member ORDER BY 1")
    assert {member for (member,) in first} - {one[0] for one in second}, "no member went"
    places = "SELECT place, kind, count(*) FROM member WHERE status = 'active' GROUP BY place, kind"
    counted = run(url, "SELECT place, kind, members FROM sambung_reporting.members_by_place")
    assert sorted(counted) == sorted(run(url, places))
    sink.close()


def test_what_only_an_analyst_reads_is_a_source_too(sink: SqlSink, dbt: RunDbt) -> None:
    sink.close()
    of_events = ("--select", "source:sambung.event", "source:sambung.event_past")
    done = dbt("test", *of_events, "--vars", "{sambung_analyst: true}")
    passes(done)
    assert "PASS source_relationships_sambung_event_past_batch" in done.stdout
    assert "PASS source_accepted_values_sambung_event_type" in done.stdout


def test_freshness_passes_and_fails_once_nothing_came_for_days(url: str, sink: SqlSink, dbt: RunDbt) -> None:
    sink.close()
    passes(dbt("source", "freshness"))
    run(url, "UPDATE batch SET committed_at = committed_at - INTERVAL '5 days'")
    stale = dbt("source", "freshness")
    assert stale.returncode == 1
    assert "ERROR STALE freshness of sambung.batch" in stale.stdout


def test_a_store_of_another_contract_fails(url: str, sink: SqlSink, dbt: RunDbt) -> None:
    sink.close()
    run(url, "CREATE OR REPLACE VIEW contract AS SELECT 2 AS number")
    done = dbt("test", "--select", "source:sambung.contract")
    assert done.returncode == 1
    assert "accepted_values_sambung_contract_number" in done.stdout

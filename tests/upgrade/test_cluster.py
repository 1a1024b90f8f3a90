"""A broker's topics, a worker's state and its store that release 0.1.0 made go on under this one."""

import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from streams.engine.kafka.connection import Connection
from tests.end_to_end.runs import rows, sambung, started, tables_for, until, url, wrong_rows
from tests.end_to_end.workers import Cluster
from tests.stores import run
from tests.upgrade.made_before import lines_of, old_cluster

pytestmark = [pytest.mark.broker, pytest.mark.service]

FIRST = "This store has no stream of this release on this broker"
REFUSED_TWICE = """
SELECT topic, partition, "offset" FROM rejected WHERE topic <> '' GROUP BY 1, 2, 3 HAVING count(*) > 1
"""
TABLES = ("event", "member", "credit", "statement", "live_count", "generation", "sink_position", "rejected")


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    folder = tmp_path_factory.mktemp("old")
    with old_cluster(folder) as kafka:
        state = folder / "state"
        database = url(state / "sambung.db")
        assert sambung("migrate", "--database", database).returncode == 0
        yield Cluster(Connection(kafka.address), state, database, lines_of("before", "waiting"))


def told(cluster: Cluster, *command: str) -> "subprocess.CompletedProcess[str]":
    where = ["--broker", cluster.address, "--database", cluster.database]
    return sambung(*command, *where, **cluster.settings)


def files_of(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def stored(cluster: Cluster) -> list[object]:
    return [rows(cluster.database, table) for table in TABLES]


def test_without_the_steps_each_command_says_what_to_run_and_changes_nothing(cluster: Cluster) -> None:
    data = cluster.data_dir("worker")
    before = stored(cluster), files_of(data)
    for command, code in (
        (["worker", "--data-dir", str(data)], 2),
        (["topics", "check"], 2),
        (["doctor", "--data-dir", str(data)], 1),
    ):
        refused = told(cluster, *command)
        assert refused.returncode == code
        words = " ".join((refused.stdout + refused.stderr).split())
        assert f"sambung topics create --broker {cluster.address}" in words
        assert FIRST in words
    assert (stored(cluster), files_of(data)) == before


def test_killed_half_way_it_leaves_the_rows_of_before_and_no_worker_begins(cluster: Cluster) -> None:
    before = [rows(cluster.database, table) for table in ("event", "member", "credit", "live_count")]
    where = ["--broker", cluster.address, "--database", cluster.database]
    with started("topics", "create", *where, log=cluster.log("create"), **cluster.settings) as create:
        until(lambda: in_second_generation(cluster) and cluster.done() > 0, "half-way")
        create.kill()
        create.wait()
    assert run(cluster.database, "SELECT number FROM generation WHERE settled_at IS NULL") == [(2,)]
    assert [rows(cluster.database, table) for table in ("event", "member", "credit", "live_count")] == before
    refused = told(cluster, "worker", "--data-dir", str(cluster.data_dir("worker")))
    assert refused.returncode == 2
    assert "its feeding was cut short" in " ".join(refused.stderr.split())


def in_second_generation(cluster: Cluster) -> bool:
    return run(cluster.database, "SELECT max(number) FROM generation") == [(2,)]


def test_with_them_the_worker_goes_on_in_the_same_folder(cluster: Cluster) -> None:
    old_state = files_of(cluster.data_dir("worker"))
    created = cluster.create_topics()
    assert created.returncode == 0, created.stderr
    assert wrong_rows(tables_for(cluster.published), cluster.database) == []
    assert run(cluster.database, REFUSED_TWICE) == []
    with ExitStack() as running:
        worker = cluster.start(running, "worker")
        until(lambda: "worker_started" in cluster.log("worker").read_text(), "started")
        after = lines_of("after")
        cluster.publish(after[: len(after) // 2])
        worker.kill_and_start_again()
        cluster.publish(after[len(after) // 2 :])
        cluster.wait_until_stored()
    assert wrong_rows(tables_for(cluster.published), cluster.database) == []
    assert {path: path.read_bytes() for path in old_state} == old_state
    assert told(cluster, "doctor").returncode == 0
    assert sambung("audit", "--database", cluster.database).returncode == 0

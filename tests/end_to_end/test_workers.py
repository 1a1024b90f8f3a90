"""Two workers on one broker: they share the work, and whatever becomes of one, the rows are the same.

The tests run in order on one cluster; each compares with all that was published until then.
"""

import asyncio
import os
import signal
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from time import monotonic, sleep

import pytest

from streams.engine.kafka.sending import new_producer, send
from tests.end_to_end.conftest import Sent
from tests.end_to_end.runs import alive, tables_for, until, url, wrong_rows
from tests.end_to_end.workers import Cluster
from tests.services.brokers import Brokers
from tests.strategies import awkward_season

pytestmark = pytest.mark.broker

STOPS_S = 10.0
PAUSE_S = 3.0
"""Longer than a session: the group has given the partitions away by then."""


class Pair:
    """Two workers; the first one writes the store."""

    def __init__(self, cluster: Cluster, running: ExitStack) -> None:
        self.cluster = cluster
        self.first = cluster.start(running, "first")
        self.second = cluster.start(running, "second", "--no-sink")

    def publish(self, seed: int, events: int) -> None:
        self.cluster.publish([line for line in b"\n".join(awkward_season(seed, events)).split(b"\n") if line])

    def starts_of(self, name: str) -> int:
        return self.cluster.log(name).read_text().count("worker_started")

    def wrong_rows(self) -> list[str]:
        """Once all is stored."""
        self.cluster.wait_until_stored()
        return wrong_rows(tables_for(self.cluster.published), self.cluster.database)


@pytest.fixture(scope="module")
def pair(brokers: Brokers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    folder = tmp_path_factory.mktemp("cluster")
    with brokers.new() as address, ExitStack() as running:
        cluster = Cluster(brokers.connection(address), folder, url(folder / "sambung.db"))
        cluster.create_first_topics()
        pair = Pair(cluster, running)
        for name in ("first", "second"):
            until(lambda name=name: pair.starts_of(name), f"started: {name}")
        yield pair


def partitions_of(data_dir: Path) -> set[str]:
    return {path.name for path in data_dir.rglob("*.db")}


def test_two_share_the_partitions_and_give_the_same_rows(pair: Pair, sent: Sent) -> None:
    pair.cluster.publish(sent.lines)
    pair.cluster.wait_until_stored()
    assert wrong_rows(sent.tables, pair.cluster.database) == []
    shares = [partitions_of(pair.cluster.folder / name) for name in ("first", "second")]
    assert all(shares), shares


def test_one_is_killed_half_way_and_started_again(pair: Pair) -> None:
    before = pair.cluster.done()
    pair.publish(12, 1_500)
    until(lambda: pair.cluster.done() > before, "half-way")
    pair.second.kill_and_start_again()
    assert pair.wrong_rows() == []


def test_the_one_that_writes_the_store_is_killed_and_started_again(pair: Pair) -> None:
    pair.publish(13, 300)
    old_sink = pair.first.sink()
    pair.first.kill_and_start_again()
    assert pair.wrong_rows() == []
    assert not alive(old_sink)


def test_its_sink_process_is_killed_and_the_stages_go_on(pair: Pair) -> None:
    worker, old_sink = pair.first.process, pair.first.sink()
    pair.publish(15, 300)
    os.kill(old_sink, signal.SIGKILL)
    assert pair.wrong_rows() == []
    assert worker.poll() is None
    assert pair.first.sink() != old_sink


def test_one_is_stopped_past_its_session_and_goes_on(pair: Pair) -> None:
    pair.publish(14, 1_000)
    pair.second.process.send_signal(signal.SIGSTOP)
    sleep(PAUSE_S)
    pair.second.process.send_signal(signal.SIGCONT)
    assert pair.wrong_rows() == []


def test_told_to_stop_it_ends_in_time_and_in_order(pair: Pair) -> None:
    began, starts = monotonic(), pair.starts_of("second")
    pair.second.process.send_signal(signal.SIGTERM)
    assert pair.second.process.wait(STOPS_S) == 0
    assert monotonic() - began < STOPS_S
    pair.second.tend()
    until(lambda: pair.starts_of("second") > starts, "started again")


@pytest.mark.parametrize("told", ["worker", "sink process"])
def test_told_to_stop_worker_and_sink_process_end_in_order(pair: Pair, told: str) -> None:
    worker, sink = pair.first.process, pair.first.sink()
    starts = pair.starts_of("first")
    os.kill(worker.pid if told == "worker" else sink, signal.SIGTERM)
    assert worker.wait(STOPS_S) == 0
    assert not alive(sink)
    pair.first.tend()
    until(lambda: pair.starts_of("first") > starts, "started again")


def test_a_record_that_no_stage_can_read_ends_the_worker_that_has_it(pair: Pair) -> None:
    poisoned = "sambung-g1-journey"

    async def poison() -> None:
        async with new_producer(pair.cluster.connection, "test") as producer:
            await send(producer, {(poisoned, 0): [(b"person:x", b"no record of ours", ())]})

    asyncio.run(poison())
    both = [pair.first.process, pair.second.process]
    until(lambda: None not in [process.poll() for process in both], "ended, first one and then the other")
    assert [process.poll() for process in both] == [1, 1]
    assert "stage journey" in pair.cluster.log("first").read_text()

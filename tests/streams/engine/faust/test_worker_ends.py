"""A worker process that cannot go on ends, and one that is told to end does, whatever it is doing."""

import signal
from collections.abc import Iterator
from pathlib import Path
from time import monotonic

import pytest

from tests.services.brokers import Brokers
from tests.streams.engine.counting import PATIENCE_S
from tests.streams.engine.faust.cluster import Cluster, until

pytestmark = pytest.mark.broker

RECORDS = [(b"key-%d" % (number % 100), b"%d" % number) for number in range(1_000)]


@pytest.fixture
def cluster(brokers: Brokers) -> Iterator[Cluster]:
    with brokers.new() as address:
        cluster = Cluster(address)
        cluster.make_topics()
        cluster.publish(RECORDS)
        yield cluster


def test_a_stop_that_fails_leaves_nobody_in_the_group(cluster: Cluster, tmp_path: Path) -> None:
    """Else its thread would answer for its partitions, and nobody would fold them."""
    with cluster.worker(tmp_path / "state", "failing") as worker:
        cluster.wait_until_drained()
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(20) == 1


def test_it_stops_while_rows_are_recovered(cluster: Cluster, tmp_path: Path) -> None:
    with cluster.worker(tmp_path / "state", "recovering") as worker:
        until(lambda: "recovering" in (tmp_path / "state.log").read_text(encoding="utf-8"), "recovering")
        stopped_at = monotonic()
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(20) == 0
        assert monotonic() - stopped_at < PATIENCE_S


def test_a_call_that_never_returns_ends_it_although_its_loop_is_stuck(
    cluster: Cluster, tmp_path: Path
) -> None:
    with cluster.worker(tmp_path / "state", "blocked") as worker:
        assert worker.wait(60) == 1
    assert "in blocked" in (tmp_path / "state.log").read_text(encoding="utf-8")


def test_a_topic_that_is_made_anew_is_not_read_as_if_it_were_known(cluster: Cluster, tmp_path: Path) -> None:
    """Its first records have offsets that were folded before: they would be skipped, and acked."""
    with cluster.worker(tmp_path / "state") as worker:
        cluster.wait_until_drained()
        cluster.make_input_anew()
        cluster.publish(RECORDS[:100])
        assert worker.wait(60) == 1
    assert set(cluster.committed().values()) == {0}  # brokers forget what was committed of a deleted topic

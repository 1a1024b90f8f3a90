"""The engine on a real broker, in worker processes that stop, fail and are killed."""

import signal
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from time import monotonic, sleep

import pytest

from streams.engine.kafka.sending import partition_of
from tests.services.brokers import Brokers
from tests.streams.engine.counting import COMMIT_S, INPUT, PARTITIONS, PATIENCE_S, POISON, SESSION_S
from tests.streams.engine.faust.cluster import Cluster, until

pytestmark = pytest.mark.broker

RECORDS = [(b"key-%d" % (number % 1_000), b"%d" % number) for number in range(10_000)]
COUNTS = Counter(key for key, _ in RECORDS)


@pytest.fixture
def cluster(brokers: Brokers) -> Iterator[Cluster]:
    with brokers.new() as address:
        cluster = Cluster(address)
        cluster.make_topics()
        yield cluster


def twice(counts: Counter[bytes]) -> dict[bytes, int]:
    return {key: 2 * count for key, count in counts.items()}


def test_at_rest_every_commit_is_at_the_end_of_its_log_and_a_stop_is_soon(
    cluster: Cluster, tmp_path: Path
) -> None:
    cluster.publish(RECORDS)
    with cluster.worker(tmp_path / "state") as worker:
        cluster.wait_until_drained()
        assert cluster.counts() == COUNTS
        sleep(SESSION_S)  # so that only a new heartbeat lets it write again
        cluster.publish(RECORDS)
        cluster.wait_until_drained()
        assert cluster.counts() == twice(COUNTS)
        stopped_at = monotonic()
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(10) == 0
        assert monotonic() - stopped_at < 5


@pytest.mark.parametrize("disk", ["kept", "lost"])
def test_a_killed_worker_that_starts_again_counts_exactly(
    cluster: Cluster, tmp_path: Path, disk: str
) -> None:
    cluster.publish(RECORDS)
    with cluster.worker(tmp_path / "first") as worker:
        until(lambda: any(cluster.committed().values()), "started")
        cluster.publish(RECORDS)
        worker.kill()
    with cluster.worker(tmp_path / ("first" if disk == "kept" else "second")):
        cluster.wait_until_drained()
        assert cluster.counts() == twice(COUNTS)


def test_a_second_worker_takes_over_from_one_that_was_killed(cluster: Cluster, tmp_path: Path) -> None:
    cluster.publish(RECORDS)
    with cluster.worker(tmp_path / "first") as first, cluster.worker(tmp_path / "second"):
        until(lambda: any(cluster.committed().values()), "started")
        cluster.publish(RECORDS)
        first.kill()
        cluster.wait_until_drained()
        assert cluster.counts() == twice(COUNTS)


def test_a_fold_that_fails_ends_the_process_and_nothing_is_acked(cluster: Cluster, tmp_path: Path) -> None:
    bad_key = b"key-7"
    partition = partition_of(bad_key, PARTITIONS)
    same_partition = [record for record in RECORDS if partition_of(record[0], PARTITIONS) == partition]
    before = cluster.publish(same_partition)
    offset = before[INPUT, partition].last + 1
    cluster.publish([(bad_key, POISON), (bad_key, b"after")])
    with cluster.worker(tmp_path / "state") as worker:
        assert worker.wait(30) == 1
    log = (tmp_path / "state.log").read_text(encoding="utf-8")
    assert f"{INPUT}/{partition} offset {offset}: stage count failed on this record" in log
    assert f"topic='{INPUT}' partition={partition} offset={offset}" in log
    assert "this record is poison" not in log
    assert cluster.committed()[partition] <= offset


def test_inputs_are_not_acked_before_their_outputs_are_acknowledged(cluster: Cluster, tmp_path: Path) -> None:
    cluster.publish(RECORDS)
    with cluster.worker(tmp_path / "state", "unacknowledged"):
        until(lambda: "sending" in (tmp_path / "state.log").read_text(encoding="utf-8"), "sending")
        sleep(4 * COMMIT_S)
        assert set(cluster.committed().values()) == {0}


def test_a_part_of_faust_that_crashes_ends_the_process(cluster: Cluster, tmp_path: Path) -> None:
    cluster.publish(RECORDS)
    with cluster.worker(tmp_path / "state", "no-ends") as worker:
        assert worker.wait(30) == 1
    assert "the logs' ends are not to be had" in (tmp_path / "state.log").read_text(encoding="utf-8")
    assert set(cluster.committed().values()) == {0}


def test_a_worker_with_work_and_no_progress_ends(cluster: Cluster, tmp_path: Path) -> None:
    cluster.publish(RECORDS)
    with cluster.worker(tmp_path / "state", "stuck") as worker:
        assert worker.wait(30) == 1
    log = (tmp_path / "state.log").read_text(encoding="utf-8")
    assert "there is work: input/" in log


def test_a_worker_without_work_goes_on(cluster: Cluster, tmp_path: Path) -> None:
    cluster.publish(RECORDS)
    with cluster.worker(tmp_path / "state") as worker:
        cluster.wait_until_drained()
        sleep(PATIENCE_S + 3)
        assert worker.poll() is None

"""A real worker among clients that write whatever they like, to its topics in and to its topics out."""

from collections.abc import Iterator
from random import Random
from typing import Any

import pytest
from confluent_kafka import Producer

from models.places import Places
from streams.topics.names import PUBLIC_OUTPUTS
from tests.end_to_end.runs import rows, until, url, wrong_rows
from tests.end_to_end.workers import Cluster
from tests.oracle.newest_revisions import judged
from tests.oracle.oracle import expected
from tests.services.brokers import Brokers
from tests.simulation.foreign import Foreign, foreign
from tests.strategies import awkward_records
from tests.thorough import tries

pytestmark = pytest.mark.broker

PLACES = Places.load()
PARTITIONS = 2
GARBAGE = (None, b"", b"{", b"null", b"\xff", b'{"member_id":"w1","version":1}')
LARGE = b"k" * (20 << 20)
"""As a key or a header of a compressed record."""


@pytest.fixture(scope="module")
def cluster(brokers: Brokers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    folder = tmp_path_factory.mktemp("foreign")
    with brokers.new() as address:
        cluster = Cluster(brokers.connection(address), folder, url(folder / "sambung.db"))
        cluster.create_first_topics()
        with cluster.worker("alone") as process:
            until(lambda: "worker_started" in cluster.log("alone").read_text(), "started")
            yield cluster
            assert process.poll() is None, cluster.log("alone").read_text()[-3_000:]


def written(cluster: Cluster, records: list[Foreign]) -> None:
    """By librdkafka, which writes any bytes; the worker's own producer could not."""
    producer: Any = Producer(
        {
            "bootstrap.servers": cluster.address,
            "message.max.bytes": 100_000_000,
            "compression.type": "gzip",
            "linger.ms": 5,
        }
    )
    for one in records:
        time_ms = one.timestamp if 0 < one.timestamp < 2**40 else 0
        headers = [(name, value) for name, value in one.headers if isinstance(name, str) and "\0" not in name]
        producer.produce(one.topic, one.value, one.key, one.partition, headers=headers, timestamp=time_ms)
    assert producer.flush(60) == 0


def test_the_rows_are_the_oracles_and_the_worker_goes_on(cluster: Cluster) -> None:
    records = foreign(Random(5), awkward_records(5, 400))
    large = awkward_records(6, tries(30))
    records += [
        Foreign(topic, n % 2, 1, LARGE if n % 3 else b"k", value, (("h", LARGE),) * (n % 2))
        for n, (topic, value) in enumerate(large)
    ]
    written(cluster, records)
    written(cluster, [Foreign(topic, 0, 0, b"k", value, ()) for topic in PUBLIC_OUTPUTS for value in GARBAGE])
    cluster.wait_until_stored()
    known = [(one.topic, one.value or b"") for one in records]
    assert wrong_rows(expected(known, PLACES), cluster.database) == []
    wanted = sum(isinstance(judged(one, PLACES), str) for one in known)
    stored = rows(cluster.folder / "sambung.db", "rejected")
    assert sum(row[0] != "conflict" for row in stored) == wanted
    log = cluster.log("alone").read_text()
    assert log.count("foreign_record_passed_over") == len(PUBLIC_OUTPUTS) * len(GARBAGE)

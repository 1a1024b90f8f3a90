"""How much is on its way to the store: counted while nobody works on it, nothing in the end."""

import asyncio
from pathlib import Path

import pytest

from api.publishing.backlog import KafkaBacklog
from api.store import StoreReader
from streams.engine.kafka.connection import Connection
from tests.builders import enrollment, line, outreach
from tests.end_to_end.runs import until, url
from tests.end_to_end.workers import Cluster
from tests.reports.filled import Filled
from tests.services.brokers import Brokers

pytestmark = pytest.mark.broker

LINES = [line(outreach("wayang", attendees=["w1"])), *(line(enrollment(f"w{one}")) for one in range(5))]


def waiting(connection: Connection, database: str) -> int | None:
    async def ask() -> int | None:
        store = StoreReader(database)
        backlog = KafkaBacklog(connection, store)
        try:
            return await backlog.records()
        finally:
            await backlog.close()
            store.close()

    return asyncio.run(ask())


def known(cluster: Cluster) -> int:
    """As soon as anybody knows: new topics may have no leaders yet, a busy broker may be late to answer."""
    told: list[int] = []

    def is_told() -> bool:
        found = waiting(cluster.connection, cluster.database)
        told.extend([] if found is None else [found])
        return bool(told)

    until(is_told, "known")
    return told[0]


def test_what_is_on_its_way_is_counted_until_it_is_stored(brokers: Brokers, tmp_path: Path) -> None:
    with brokers.new() as address:
        cluster = Cluster(brokers.connection(address), tmp_path, url(tmp_path / "sambung.db"))
        cluster.create_first_topics()
        assert known(cluster) == 0
        cluster.publish(LINES)
        assert known(cluster) == len(LINES)
        with cluster.worker("only"):
            cluster.wait_until_stored()
            assert known(cluster) == 0


def test_nobody_knows_without_a_broker(tmp_path: Path) -> None:
    database = url(tmp_path / "sambung.db")
    Filled(database).close()  # it has a stream
    assert waiting(Connection("127.0.0.1:1"), database) is None

"""An app that leaves a transaction open: others wait behind it, nobody ends, and all can see who it is."""

import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from time import sleep
from urllib.request import urlopen

from confluent_kafka import Producer
from prometheus_client.parser import text_string_to_metric_families

from streams.engine.kafka.connection import Connection
from streams.engine.kafka.sending import partition_of
from streams.engine.kafka.transactions import UNKNOWN
from tests.builders import enrollment, line
from tests.end_to_end.runs import rows, sambung, until, url
from tests.end_to_end.workers import Cluster
from tests.services.brokers import emptied
from tests.services.kafka import Kafka
from tests.services.ports import free_port

PATIENCE_S = 5
"""Of the worker; it must wait for longer than that."""
PARTITIONS = 4
BEFORE, HELD, BEHIND = (enrollment(f"member-{name}") for name in ("before", "held", "behind"))


@contextmanager
def open_transaction(address: str, partition: int) -> Iterator[Producer]:
    """Of a client that is not ours, with one event in it; aborted at the end."""
    app = Producer({"bootstrap.servers": address, "transactional.id": "careless"})
    app.init_transactions()
    app.begin_transaction()
    app.produce("enrollment", line(HELD), HELD["event_id"], partition)
    app.flush()
    try:
        yield app
    finally:
        app.abort_transaction()


def members(cluster: Cluster) -> set[str]:
    return {row[0] for row in rows(cluster.folder / "sambung.db", "member")}


def held_back(port: int) -> list[dict[str, str]]:
    """Labels of the figure."""
    text = urlopen(f"http://127.0.0.1:{port}/metrics").read().decode()
    families = {one.name: one for one in text_string_to_metric_families(text)}
    return [sample.labels for sample in families["sambung_held_back_records"].samples]


def test_a_transaction_that_hangs_holds_others_back_and_ends_no_worker(tmp_path: Path, kafka: Kafka) -> None:
    address = emptied(kafka)
    partition = partition_of(BEHIND["event_id"].encode(), PARTITIONS)
    port = free_port()
    with ExitStack() as running:
        cluster = Cluster(Connection(address), tmp_path, url(tmp_path / "sambung.db"))
        cluster.settings |= {"SAMBUNG_PATIENCE_S": str(PATIENCE_S), "SAMBUNG_HEALTH_PORT": str(port)}
        cluster.create_first_topics()
        worker = running.enter_context(cluster.worker("only"))
        cluster.publish([line(BEFORE)])
        until(lambda: BEFORE["member_id"] in members(cluster), "counted")
        with open_transaction(address, partition):
            cluster.publish([line(BEHIND)])
            sleep(2.5 * PATIENCE_S)
            assert worker.poll() is None
            assert BEHIND["member_id"] not in members(cluster)
            [labels] = held_back(port)
            assert (labels["topic"], labels["partition"]) == ("enrollment", str(partition))
            assert labels["producer"] != UNKNOWN
            doctor = sambung("doctor", "--broker", address, "--database", cluster.database, "--json")
            assert doctor.returncode == 1
            [wrong] = [one for one in json.loads(doctor.stdout) if not one["well"]]
            assert wrong["what"] == "transactions"
            assert f"holds back enrollment/{partition} from offset" in wrong["told"]
        until(lambda: BEHIND["member_id"] in members(cluster), "counted once it was aborted")
        assert HELD["member_id"] not in members(cluster)
        assert worker.poll() is None
        cluster.wait_until_stored()  # the abort's marker is the end of a log
        until(lambda: '"open_transaction_ended"' in cluster.log("only").read_text(), "logged as ended")
        assert cluster.log("only").read_text().count('"open_transaction"') == 1
    doctor = sambung("doctor", "--broker", address, "--database", cluster.database)
    assert "none holds events back" in doctor.stdout

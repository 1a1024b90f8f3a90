"""The page for publishers: each example is run as printed, and its event is accepted."""

import asyncio
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from time import time
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.errors import KafkaError
from confluent_kafka import KafkaException, Producer

from streams.engine.kafka.connection import Connection
from streams.engine.kafka.sending import partition_of
from streams.topics.names import PUBLIC_INPUTS
from tests.builders import enrollment, inspection, line, outreach
from tests.end_to_end.runs import until, url
from tests.end_to_end.workers import Cluster
from tests.foreign import java
from tests.foreign.records import APPEND_TIME_TOPIC, LARGEST_BYTES, PARTITIONS
from tests.foreign.script import Record, Step
from tests.foreign.timestamps import stamped_by_the_broker
from tests.services.brokers import emptied
from tests.services.kafka import JARS, ROOT, Kafka
from tests.services.missing import need
from tests.stores import run

pytestmark = pytest.mark.broker

PAGE = ROOT / "docs" / "publishing.md"
ROOM_BYTES = 2_097_152
EXAMPLES = ("aiokafka", "librdkafka", "Kafka's console producer", "Java")
_BLOCK = re.compile(r"^## ([^\n]+)\n(?:(?!^## ).)*?^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)
_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def examples() -> dict[str, str]:
    return {title: code for title, _, code in _BLOCK.findall(PAGE.read_text(encoding="utf-8"))}


def command(example: str, code: str, folder: Path) -> list[str]:
    """How a reader would run it, the code in a file."""
    if example == "Java":
        return java.java(str(written(folder / "PublishEvent.java", code)))
    if example == "Kafka's console producer":
        need(list(JARS.glob("kafka-tools-*.jar")), f"no kafka-tools in {JARS}: run `make services` again")
        program = java.java("org.apache.kafka.tools.ConsoleProducer", '"$@"')
        quoted = " ".join(word if word == '"$@"' else f"'{word}'" for word in program)
        written(folder / "kafka-console-producer", f"#!/bin/sh\nexec {quoted}\n").chmod(0o755)
        return ["sh", str(written(folder / "publish.sh", code))]
    return [sys.executable, str(written(folder / "publish.py", code))]


def written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def cluster(kafka: Kafka, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    java.need_java()
    folder = tmp_path_factory.mktemp("publishing")
    cluster = Cluster(Connection(emptied(kafka)), folder, url(folder / "sambung.db"))
    with ExitStack() as running:
        cluster.create_first_topics()
        cluster.start(running, "only")
        until(lambda: "worker_started" in cluster.log("only").read_text(), "started")
        yield cluster


def test_the_page_has_an_example_for_each() -> None:
    assert [example for example in EXAMPLES if example not in examples()] == []


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_publishes_its_event_and_the_event_is_accepted(
    cluster: Cluster, tmp_path: Path, example: str
) -> None:
    code = examples()[example].replace("HOST:PORT", cluster.address)
    event_id = _ID.findall(code)[0]
    done = subprocess.run(
        command(example, code, tmp_path),
        env=os.environ | {"PATH": f"{tmp_path}:{os.environ['PATH']}"},
        capture_output=True,
        timeout=90,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    (record,) = [one for one in asyncio.run(published(cluster)) if one.key == event_id.encode()]
    assert record.partition == partition_of(record.key, PARTITIONS)
    assert json.loads(record.value)["type"] == record.topic
    cluster.wait_until_stored()
    assert event_id in accepted(cluster)


def accepted(cluster: Cluster) -> set[str]:
    """Ids of the events that are; none may be refused."""
    assert run(cluster.database, "SELECT reason, errors FROM rejected") == []
    return {event_id for (event_id,) in run(cluster.database, "SELECT event_id FROM event")}


async def published(cluster: Cluster) -> list[Any]:
    """Every record of the public topics."""
    records: list[Any] = []
    async with AIOKafkaConsumer(bootstrap_servers=cluster.address, auto_offset_reset="earliest") as consumer:
        partitions = [TopicPartition(topic, at) for topic in PUBLIC_INPUTS for at in range(PARTITIONS)]
        consumer.assign(partitions)
        ends = await consumer.end_offsets(partitions)
        while [one for one, end in ends.items() if await consumer.position(one) < end]:
            for found in (await consumer.getmany(timeout_ms=200)).values():
                records += found
    return records


def largest(name: str) -> tuple[bytes, bytes]:
    """Key and value of the largest event that is taken."""
    event = enrollment(name)
    return event["event_id"].encode(), line(event).ljust(LARGEST_BYTES)


def by_java(address: str, name: str, folder: Path, **room: int) -> None:
    given = {"max.request.size": str(room.get("max.request.size", 1_048_576))}
    record = Record(1, "enrollment", None, None, *largest(name), ())
    java.take(address, [Step("open", "one", None, tuple(given.items())), Step("send", "one", record)], folder)


def by_librdkafka(address: str, name: str, _: Path, **room: int) -> None:
    key, value = largest(name)
    producer = Producer({"bootstrap.servers": address} | room)
    producer.produce("enrollment", value, key)
    assert producer.flush(30) == 0


def by_aiokafka(address: str, name: str, _: Path, **room: int) -> None:
    async def publish() -> None:
        key, value = largest(name)
        async with AIOKafkaProducer(bootstrap_servers=address, **room) as producer:
            await producer.send_and_wait("enrollment", value, key)

    asyncio.run(publish())


@pytest.mark.parametrize(
    ("publish", "setting", "refusal"),
    [
        (by_java, "max.request.size", "RecordTooLargeException"),
        (by_librdkafka, "message.max.bytes", "MSG_SIZE_TOO_LARGE"),
        (by_aiokafka, "max_request_size", "MessageSizeTooLargeError"),
    ],
)
def test_the_largest_event_takes_the_room_that_the_page_names(
    cluster: Cluster, tmp_path: Path, publish: Callable[..., None], setting: str, refusal: str
) -> None:
    """Without it the client stops the event by itself."""
    assert f"`{setting}`" in PAGE.read_text(encoding="utf-8")
    with pytest.raises((AssertionError, KafkaException, KafkaError), match=refusal):
        publish(cluster.address, setting, tmp_path)
    publish(cluster.address, setting, tmp_path, **{setting: ROOM_BYTES})
    cluster.wait_until_stored()
    assert largest(setting)[0].decode() in accepted(cluster)


@pytest.mark.parametrize(("topic", "error"), [("inspection", "INVALID_TIMESTAMP"), (APPEND_TIME_TOPIC, "")])
def test_a_clock_far_ahead_is_refused_unless_the_broker_stamps_the_records(
    cluster: Cluster, topic: str, error: str
) -> None:
    stamped_by_the_broker(cluster.address, APPEND_TIME_TOPIC)
    two_hours_ahead_ms = round((time() + 7_200) * 1_000)
    event = {"inspection": inspection(), APPEND_TIME_TOPIC: outreach()}[topic]
    errors: list[str] = []
    producer = Producer({"bootstrap.servers": cluster.address})
    producer.produce(
        topic,
        line(event),
        event["event_id"],
        timestamp=two_hours_ahead_ms,
        on_delivery=lambda error, _: errors.append(error.name() if error else ""),
    )
    assert producer.flush(30) == 0
    assert errors == [error]
    cluster.wait_until_stored()
    assert (event["event_id"] in accepted(cluster)) == (not error)

"""Both ends of logs, on the embedded broker and on Apache Kafka."""

import asyncio
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import NewTopic, RecordsToDelete
from aiokafka.errors import KafkaConnectionError
from confluent_kafka import Producer

from streams.engine.kafka import log_ends
from streams.engine.kafka.connection import Connection
from streams.engine.kafka.log_ends import Watermarks
from streams.engine.kafka.transactions import open_transactions
from streams.engine.kafka.watermarks import WatermarksError, end_offsets, watermarks
from tests.clients import admin_of
from tests.services.brokers import Brokers

pytestmark = pytest.mark.broker

PARTITIONS = 3


@pytest.fixture(scope="module")
def address(brokers: Brokers) -> Iterator[str]:
    with brokers.new() as address:
        yield address


async def topic_with(address: str, batches: dict[int, list[int]]) -> list[TopicPartition]:
    """A new topic; `batches` has the sizes of each partition's batches."""
    name = f"watermarks-{uuid4().hex}"
    async with admin_of(address) as admin:
        await admin.create_topics([NewTopic(name, PARTITIONS, 1)])
    async with AIOKafkaProducer(bootstrap_servers=address) as producer:
        for partition, sizes in batches.items():
            for size in sizes:
                batch = producer.create_batch()
                for _ in range(size):
                    batch.append(key=b"key", value=b"value", timestamp=None)
                await (await producer.send_batch(batch, name, partition=partition))
    return [TopicPartition(name, partition) for partition in range(PARTITIONS)]


async def begins(address: str, partitions: list[TopicPartition]) -> list[int]:
    return [one.begin for one in (await watermarks(Connection(address), partitions)).values()]


def test_ends_count_every_record_of_every_batch(address: str) -> None:
    async def scenario() -> None:
        partitions = await topic_with(address, {0: [10, 7], 1: [1]})
        assert list((await end_offsets(Connection(address), partitions)).values()) == [17, 1, 0]
        assert await begins(address, partitions) == [0, 0, 0]

    asyncio.run(scenario())


def test_the_answer_has_the_given_order_and_every_partition_once(address: str) -> None:
    async def scenario() -> None:
        partitions = await topic_with(address, {2: [3]})
        backwards = [*reversed(partitions), partitions[2]]
        assert list((await end_offsets(Connection(address), backwards)).items()) == [
            (partitions[2], 3),
            (partitions[1], 0),
            (partitions[0], 0),
        ]

    asyncio.run(scenario())


def test_a_client_in_use_can_be_asked_while_it_polls(address: str) -> None:
    async def scenario() -> None:
        partitions = await topic_with(address, {0: [4]})
        options = {"auto_offset_reset": "earliest", "fetch_max_wait_ms": 5_000}
        async with AIOKafkaConsumer(bootstrap_servers=address, **options) as consumer:
            consumer.assign(partitions)
            await consumer.getone()
            await asyncio.sleep(0.1)  # now it waits in a fetch for more
            async with asyncio.timeout(2):
                ends = await end_offsets(consumer._client, partitions)
        assert list(ends.values()) == [4, 0, 0]

    asyncio.run(scenario())


def test_an_admin_client_that_knows_no_topic_yet_can_be_asked(address: str) -> None:
    async def scenario() -> None:
        partitions = await topic_with(address, {1: [2]})
        async with admin_of(address) as admin:
            ends = [await end_offsets(admin._client, partitions) for _ in range(2)]
        assert [list(one.values()) for one in ends] == [[0, 2, 0]] * 2

    asyncio.run(scenario())


def test_a_missing_topic_is_reported_and_not_created(address: str) -> None:
    async def scenario() -> None:
        name = f"missing-{uuid4().hex}"
        existing = await topic_with(address, {})
        wanted = [TopicPartition(name, 0), existing[0], TopicPartition(existing[0].topic, 99)]
        with pytest.raises(WatermarksError) as caught:
            await end_offsets(Connection(address), wanted, timeout_s=0.5)
        assert str(caught.value) == (
            f"No broker told where the logs of {name}[0], {existing[0].topic}[99] end, for 0.5 s. "
            "See that the broker is up and that these topics exist."
        )
        async with admin_of(address) as admin:
            assert name not in await admin.list_topics()

    asyncio.run(scenario())


@pytest.mark.parametrize("brokers", ["kafka"], indirect=True)  # the embedded broker deletes no records
def test_a_log_that_lost_its_oldest_records_begins_later(address: str) -> None:
    async def scenario() -> None:
        partitions = await topic_with(address, {0: [10]})
        async with admin_of(address) as admin:
            await admin.delete_records({partitions[0]: RecordsToDelete(before_offset=6)})
        assert await begins(address, partitions) == [6, 0, 0]
        assert list((await end_offsets(Connection(address), partitions)).values()) == [10, 0, 0]

    asyncio.run(scenario())


@pytest.mark.parametrize("brokers", ["kafka"], indirect=True)  # the embedded broker knows no transactions
def test_reading_as_committed_ends_at_an_open_transaction(address: str) -> None:
    async def scenario() -> None:
        partitions = await topic_with(address, {0: [3]})
        partition = partitions[0]
        app = Producer({"bootstrap.servers": address, "transactional.id": partition.topic})
        app.init_transactions()
        app.begin_transaction()
        app.produce(partition.topic, b"value", partition=partition.partition)
        app.flush()
        marks = await watermarks(Connection(address), partitions)
        assert marks[partition] == Watermarks(0, 4, 3)
        [transaction] = await open_transactions(Connection(address), marks)
        assert transaction[:4] == (*partition, 3, 1)
        producer, epoch = map(int, transaction.producer.split("/"))
        assert producer >= 0 <= epoch
        app.commit_transaction()
        await asyncio.sleep(0.5)  # the marker is written after the commit is acknowledged
        marks = await watermarks(Connection(address), partitions)
        assert marks[partition] == Watermarks(0, 5, 5)
        assert await open_transactions(Connection(address), marks) == []

    asyncio.run(scenario())


def test_a_broker_that_is_not_there_is_the_clients_own_error() -> None:
    with pytest.raises(KafkaConnectionError):
        asyncio.run(end_offsets(Connection("127.0.0.1:1"), [TopicPartition("any", 0)], timeout_s=1))


def test_nothing_asked_is_nothing_answered(address: str) -> None:
    assert asyncio.run(end_offsets(Connection(address), [])) == {}


@pytest.mark.parametrize("brokers", ["embedded"], indirect=True)  # Apache Kafka is asked in another way
def test_a_false_answer_that_a_log_is_empty_is_asked_again(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A busy Tansu may answer a Fetch before it has looked at the partition."""
    fetched, answers = log_ends._fetched, 0

    async def hasty(*asked: Any) -> Any:
        nonlocal answers
        marks, beyond = await fetched(*asked)
        answers += 1
        return ({one: Watermarks(0, 0, 0) for one in marks}, beyond) if answers == 1 else (marks, beyond)

    async def scenario() -> None:
        partitions = await topic_with(address, {0: [3], 1: [2, 2]})
        monkeypatch.setattr(log_ends, "_fetched", hasty)
        assert list((await end_offsets(Connection(address), partitions)).values()) == [3, 4, 0]

    asyncio.run(scenario())
    assert answers > 1

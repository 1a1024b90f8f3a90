"""The commits of all partitions are fetched by one request, and reading goes on exactly there."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import NewTopic

from streams.engine.kafka.connection import Connection
from streams.engine.kafka.positions import find_positions_together, seek_to_committed
from streams.engine.kafka.sending import new_producer, send
from tests.clients import admin_of
from tests.services.brokers import Brokers

pytestmark = pytest.mark.broker

TOPIC = "to-be-read"
PARTITIONS = [TopicPartition(TOPIC, number) for number in range(4)]
SENT, DONE = 5, 3
COMMITTED = {PARTITIONS[1]: DONE, PARTITIONS[2]: SENT}
SHARED = {"group_id": "readers", "enable_auto_commit": False, "auto_offset_reset": "latest"}


def on_a_broker(brokers: Brokers, scenario: Callable[[str], Awaitable[None]]) -> None:
    async def run(address: str) -> None:
        async with admin_of(address) as admin:
            await admin.create_topics([NewTopic(TOPIC, len(PARTITIONS), 1)])
        async with new_producer(Connection(address), "test") as producer:
            await send(producer, {one: [(b"k", b"v", ())] * SENT for one in PARTITIONS})
        async with AIOKafkaConsumer(bootstrap_servers=address, **SHARED) as consumer:
            consumer.assign(PARTITIONS)
            await consumer.commit(COMMITTED)
        async with asyncio.timeout(30):
            await scenario(address)

    with brokers.new() as address:
        asyncio.run(run(address))


def position_of(consumer: AIOKafkaConsumer, partition: TopicPartition) -> int | None:
    """Next offset to read; None before it is known."""
    position: int | None = consumer._subscription.subscription.assignment.state_value(partition)._position
    return position


def requests_of(consumer: AIOKafkaConsumer) -> list[int]:
    """A list that gets the number of partitions of each request for commits."""
    coordinator: Any = consumer._coordinator
    asked: list[int] = []
    fetch = coordinator._do_fetch_commit_offsets

    async def counted(partitions: Any) -> Any:
        asked.append(len(partitions))
        return await fetch(partitions)

    coordinator._do_fetch_commit_offsets = counted
    return asked


def test_a_new_member_finds_every_position_by_one_request(brokers: Brokers) -> None:
    async def scenario(address: str) -> None:
        consumer = AIOKafkaConsumer(bootstrap_servers=address, **SHARED)
        await consumer.start()
        find_positions_together(consumer)
        asked = requests_of(consumer)
        consumer.subscribe([TOPIC])
        try:
            read: dict[TopicPartition, list[int]] = {one: [] for one in PARTITIONS}
            while sum(map(len, read.values())) < 2 * SENT + SENT - DONE:
                for one, records in (await consumer.getmany(timeout_ms=200)).items():
                    read[one] += [record.offset for record in records]
            assert asked == [len(PARTITIONS)]
            assert read == {one: [*range(COMMITTED.get(one, 0), SENT)] for one in PARTITIONS}
            assert {position_of(consumer, one) for one in PARTITIONS} == {SENT}
        finally:
            await consumer.stop()

    on_a_broker(brokers, scenario)


def test_seeking_to_committed_offsets_is_one_request_and_leaves_other_partitions(brokers: Brokers) -> None:
    async def scenario(address: str) -> None:
        async with AIOKafkaConsumer(bootstrap_servers=address, **SHARED) as consumer:
            consumer.assign(PARTITIONS)
            for one in PARTITIONS:
                consumer.seek(one, 1)
            asked = requests_of(consumer)
            assert await seek_to_committed(consumer) == {one: COMMITTED.get(one) for one in PARTITIONS}
            assert asked == [len(PARTITIONS)]
            assert [position_of(consumer, one) for one in PARTITIONS] == [1, DONE, SENT, 1]

    on_a_broker(brokers, scenario)

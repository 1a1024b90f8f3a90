"""A log that was recreated or lost unread records is refused, and the message says what to do."""

import asyncio

import pytest
from aiokafka.admin import RecordsToDelete
from aiokafka.structs import TopicPartition

from streams.engine.kafka.connection import Connection
from streams.engine.kafka.sending import new_producer, send
from streams.stages import NAMES
from streams.topics.continuity import check_commits, check_continuity
from streams.topics.names import CREDIT, TopicDurability, Topics, TopicsError
from streams.topics.provision import create
from tests.clients import admin_of
from tests.services.brokers import Brokers

pytestmark = pytest.mark.broker

TOPICS = Topics("app-g1", 2)
READ = TopicPartition(CREDIT, 1)


async def with_three_records(broker: str) -> None:
    await create(Connection(broker), TOPICS, NAMES, TopicDurability())
    producer = new_producer(Connection(broker), "test")
    await producer.start()
    try:
        await send(producer, {(CREDIT, 1): [(b"w1", b"{}", ())] * 3})
    finally:
        await producer.stop()


def test_reading_on_at_the_end_of_a_log_is_accepted(brokers: Brokers) -> None:
    async def scenario(broker: str) -> None:
        await with_three_records(broker)
        await check_continuity(Connection(broker), {READ: 3, TopicPartition(CREDIT, 0): 0}, "the store")
        await check_commits(Connection(broker), TOPICS)

    with brokers.new() as broker:
        asyncio.run(scenario(broker))


def test_a_log_that_ends_before_what_was_read_is_refused(brokers: Brokers) -> None:
    async def scenario(broker: str) -> None:
        await with_three_records(broker)
        await check_continuity(Connection(broker), {READ: 4}, "the store")

    with brokers.new() as broker, pytest.raises(TopicsError) as refused:
        asyncio.run(scenario(broker))
    assert str(refused.value) == (
        "the store reads credit/1 on from offset 4, but that log ends at 3: the topic was emptied or "
        "made anew. Nothing was read. Begin a new stream, which is fed from the store: "
        "sambung topics create --anew"
    )


@pytest.mark.parametrize("brokers", ["kafka"], indirect=True)  # the embedded broker deletes no records
def test_a_log_that_lost_unread_records_is_refused(brokers: Brokers) -> None:
    async def scenario(broker: str) -> None:
        await with_three_records(broker)
        async with admin_of(broker) as admin:
            await admin.delete_records({READ: RecordsToDelete(before_offset=2)})
        await check_continuity(Connection(broker), {READ: 2}, "the store")
        await check_continuity(Connection(broker), {READ: 1}, "the store")

    with brokers.new() as broker, pytest.raises(TopicsError) as refused:
        asyncio.run(scenario(broker))
    assert "on from offset 1, but that log begins at 2: records were deleted before" in str(refused.value)

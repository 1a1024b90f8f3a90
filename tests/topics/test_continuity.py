"""A log that is not the one that was read is refused, and the message says what to do."""

import asyncio

import pytest
from aiokafka.structs import TopicPartition

from sambung.broker import embedded_broker
from streams.agents import NAMES
from streams.continuity import check_commits, check_continuity
from streams.engine.sending import new_producer, send
from streams.topics import CREDIT, Topics, TopicsError, create

pytestmark = pytest.mark.broker

TOPICS = Topics("app-g1", 2)
READ = TopicPartition(CREDIT, 1)


async def with_three_records(broker: str) -> None:
    await create(broker, TOPICS, NAMES, 1)
    producer = new_producer(broker, "test")
    await producer.start()
    try:
        await send(producer, {(CREDIT, 1): [(b"w1", b"{}", ())] * 3})
    finally:
        await producer.stop()


def test_reading_on_at_the_end_of_a_log_is_right() -> None:
    async def scenario(broker: str) -> None:
        await with_three_records(broker)
        await check_continuity(broker, {READ: 3, TopicPartition(CREDIT, 0): 0}, "the store")
        await check_commits(broker, TOPICS)

    with embedded_broker() as broker:
        asyncio.run(scenario(broker.address))


def test_a_log_that_ends_before_what_was_read_is_refused() -> None:
    async def scenario(broker: str) -> None:
        await with_three_records(broker)
        await check_continuity(broker, {READ: 4}, "the store")

    with embedded_broker() as broker, pytest.raises(TopicsError) as refused:
        asyncio.run(scenario(broker.address))
    assert str(refused.value) == (
        "the store reads credit/1 on from offset 4, but that log ends at 3: the topic was emptied or "
        "made anew. Nothing was read. Begin a new stream, which is fed from the store: "
        "sambung topics create --anew"
    )

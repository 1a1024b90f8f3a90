"""Drained means: everything that lies in an input is committed, and nothing came in while that was read."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer
from aiokafka.structs import TopicPartition

from streams.agents import NAMES
from streams.drain import Drain, Progress
from streams.engine.connection import Connection
from streams.engine.sending import new_producer, send
from streams.provision import create
from streams.topics import CREDIT, Topics, Upkeep
from tests.services.brokers import Brokers

pytestmark = pytest.mark.broker

TOPICS = Topics("app-g1", 2)
INPUT = TopicPartition(TOPICS.member, 1)


class Log:
    """One input of a stage: what is published, and how far its group has committed."""

    def __init__(self, address: str) -> None:
        self.address = address

    async def publish(self, topic: str, records: int) -> None:
        async with new_producer(Connection(self.address), "test") as producer:
            await send(producer, {(topic, INPUT.partition): [(b"w1", b"{}", ())] * records})

    async def commit(self, offset: int) -> None:
        consumer = AIOKafkaConsumer(
            bootstrap_servers=self.address, group_id=TOPICS.app_id, enable_auto_commit=False
        )
        async with consumer:
            consumer.assign([INPUT])
            await consumer.commit({INPUT: offset})

    async def progress(self, kind: type[Drain] = Drain) -> Progress:
        async with kind(Connection(self.address), TOPICS) as drain:
            return await drain.progress()


def on_a_broker(brokers: Brokers, scenario: Callable[[Log], Coroutine[Any, Any, None]]) -> None:
    async def run(address: str) -> None:
        await create(Connection(address), TOPICS, NAMES, Upkeep())
        await scenario(Log(address))

    with brokers.new() as address:
        asyncio.run(run(address))


def test_empty_logs_are_drained(brokers: Brokers) -> None:
    async def scenario(log: Log) -> None:
        assert (await log.progress()).drained

    on_a_broker(brokers, scenario)


def test_an_input_that_is_not_committed_to_its_end_is_not_drained(brokers: Brokers) -> None:
    async def scenario(log: Log) -> None:
        await log.publish(TOPICS.member, 3)
        assert not (await log.progress()).drained
        await log.commit(2)
        assert await log.progress() == (2, 3, False, dict.fromkeys(ends_of_outputs(), 0))
        await log.commit(3)
        assert (await log.progress()).drained

    on_a_broker(brokers, scenario)


def test_what_comes_in_while_commits_are_read_starts_it_over(brokers: Brokers) -> None:
    """A stage sent it and then committed: between the ends and the commits nothing else would show it."""

    async def scenario(log: Log) -> None:
        class Busy(Drain):
            async def _ends(self) -> dict[TopicPartition, int]:
                ends = await super()._ends()
                await log.publish(CREDIT, 1)
                return ends

        progress = await log.progress(Busy)
        assert progress.done == progress.total
        assert not progress.drained
        assert (await log.progress()).drained

    on_a_broker(brokers, scenario)


def ends_of_outputs() -> list[tuple[str, int]]:
    return [(one.topic, one.partition) for one in TOPICS.outputs]

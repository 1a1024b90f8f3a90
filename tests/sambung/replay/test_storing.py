"""A run waits only for its cut, reports a stall, and loses no batch when it ends."""

import asyncio
from collections.abc import Callable, Coroutine
from time import sleep
from typing import Any

import pytest

from sambung.broker.embedded import embedded_broker
from sambung.replay.storing import delivering, until_stored
from sinks.base import Batch, Positions
from streams.delivery import Delivery
from streams.drain import Cut, Drain
from streams.engine.kafka.connection import Connection
from streams.engine.kafka.sending import new_producer, send
from streams.engine.stall import StalledError
from streams.stages import NAMES
from streams.topics.names import CREDIT, ENROLLMENT, TopicDurability, Topics
from streams.topics.provision import create

pytestmark = pytest.mark.broker

TOPICS = Topics("app-g1", 2)
NOTHING_READ = {(one.topic, one.partition): 0 for one in TOPICS.outputs}


def on_a_broker(scenario: Callable[[Connection], Coroutine[Any, Any, None]]) -> None:
    async def run(connection: Connection) -> None:
        await create(connection, TOPICS, NAMES, TopicDurability())
        await scenario(connection)

    with embedded_broker() as broker:
        asyncio.run(run(Connection(broker.address)))


async def publish(connection: Connection, topic: str, values: list[bytes]) -> None:
    async with new_producer(connection, "test") as producer:
        await send(producer, {(topic, 1): [(b"w1", value, ()) for value in values]})


async def stored(connection: Connection, applied: Callable[[], Positions]) -> None:
    async with Drain(connection, TOPICS) as drain:
        await until_stored(drain, Cut(TOPICS), applied, lambda _: None, 0.3)


def test_it_ends_when_nothing_moves_and_names_what_it_waits_for() -> None:
    async def scenario(connection: Connection) -> None:
        await publish(connection, ENROLLMENT, [b"{}"] * 3)
        with pytest.raises(StalledError, match=r"there is work: enrollment/1 is read to offset 0 of 3\. See"):
            await stored(connection, lambda: NOTHING_READ)

    on_a_broker(scenario)


def test_it_ends_when_the_outputs_are_not_handed_out() -> None:
    async def scenario(connection: Connection) -> None:
        await publish(connection, CREDIT, [b"{}"])
        with pytest.raises(StalledError, match="has not delivered the output of the stages"):
            await stored(connection, lambda: NOTHING_READ)
        await stored(connection, lambda: NOTHING_READ | {(CREDIT, 1): 1})

    on_a_broker(scenario)


def test_what_was_read_when_it_ended_is_not_missing_when_delivery_goes_on() -> None:
    """A store that is slow has a batch in hand just then."""
    values = [b'{"number":%d}' % number for number in range(3)]
    received: list[bytes] = []

    async def scenario(connection: Connection) -> None:
        delivery, under_way = Delivery(connection, TOPICS, 1, {}), asyncio.Event()
        loop = asyncio.get_running_loop()

        def take_slowly(batch: Batch) -> None:
            loop.call_soon_threadsafe(under_way.set)
            sleep(0.3)
            received.extend(batch.statements)

        await delivery.start()
        for value in values:
            async with delivering(delivery, take_slowly):
                await publish(connection, CREDIT, [value])
                await under_way.wait()
            under_way.clear()
            assert delivery.positions[CREDIT, 1] == len(received)
        await delivery.stop()

    on_a_broker(scenario)
    assert received == values

"""From the output topics into batches: each record once, whatever a poll brings."""

import asyncio

import pytest

from streams import delivery
from streams.delivery import Delivery
from streams.engine.kafka.connection import Connection
from streams.engine.kafka.sending import new_producer, send
from streams.stages import NAMES
from streams.topics.names import CREDIT, TopicDurability, Topics
from streams.topics.provision import create
from tests.services.brokers import Brokers

pytestmark = pytest.mark.broker

TOPICS = Topics("app-g1", 2)
MOST = 4
SENT = [b"%d" % number for number in range(3 * MOST)]


def test_a_poll_that_fills_a_batch_is_applied_at_once(
    brokers: Brokers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "BATCH_RECORDS", MOST)
    monkeypatch.setattr(delivery, "BUSY_RECORDS", 1)
    with brokers.new() as address:
        batches = asyncio.run(sent_and_read(address))
    assert [value for batch in batches for value in batch] == SENT
    assert max(map(len, batches)) == MOST


async def sent_and_read(address: str) -> list[list[bytes]]:
    """Statements of each batch, until all are read."""
    connection = Connection(address)
    await create(connection, TOPICS, NAMES, TopicDurability())
    async with new_producer(connection, "test") as producer:
        await send(producer, {(CREDIT, 0): [(b"w1", value, ()) for value in SENT]})
    reader = Delivery(connection, TOPICS, 1, {})
    await reader.start()
    batches: list[list[bytes]] = []
    try:
        async with asyncio.timeout(30):
            while sum(map(len, batches)) < len(SENT):
                if batch := await reader.read():
                    batches.append([*batch.statements])
    finally:
        await reader.stop()
    return batches

"""From the output topics into batches: each record once, whatever a poll brings."""

import asyncio
import threading

import pytest
from aiokafka.structs import TopicPartition

from streams import delivery
from streams.delivery import Delivery
from streams.engine.kafka.committed_log import ReadRange
from streams.engine.kafka.connection import Connection
from streams.engine.kafka.sending import new_producer, send
from streams.stages import NAMES
from streams.topics.names import CREDIT, TopicDurability, Topics, TopicsError
from streams.topics.provision import create
from tests.clients import admin_of
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


@pytest.mark.parametrize("anew", [0, 3])
def test_a_log_that_is_made_anew_while_it_is_read_is_refused(brokers: Brokers, anew: int) -> None:
    with brokers.new() as address, pytest.raises(TopicsError, match="emptied or made anew") as refused:
        asyncio.run(read_until_made_anew(address, anew))
    assert "credit/0" in str(refused.value)


@pytest.mark.parametrize(
    ("start", "problem"),
    [
        (0, "the topic was emptied or made anew"),
        (5, "records were deleted before they were read"),
    ],
)
def test_a_range_that_does_not_begin_where_the_last_one_ended_is_refused(start: int, problem: str) -> None:
    async def scenario() -> None:
        reader = Delivery(Connection("127.0.0.1:1"), TOPICS, 1, {(CREDIT, 0): 4})
        try:
            reader._advance(TopicPartition(CREDIT, 0), ReadRange(4, 4))
            reader._advance(TopicPartition(CREDIT, 0), ReadRange(start, 9))
        finally:
            await reader.stop()

    with pytest.raises(TopicsError) as refused:
        asyncio.run(scenario())
    assert str(refused.value) == (
        f"The store has read credit/0 up to offset 4, but that log goes on at {start}: {problem}. "
        "Begin a new stream, which is fed from the store: sambung topics create --anew"
    )


def test_told_to_stop_it_says_whether_the_sink_is_still_at_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery, "STOP_S", 0.05)
    written = threading.Event()

    async def scenario() -> tuple[bool, bool]:
        reader = Delivery(Connection("127.0.0.1:1"), TOPICS, 1, {})
        writing = asyncio.create_task(reader.in_sink_thread(written.wait))
        await asyncio.sleep(0)
        before = await reader.stop()
        written.set()
        await writing
        return before, await reader.stop()

    assert asyncio.run(scenario()) == (False, True)


async def read_until_made_anew(address: str, anew: int) -> None:
    """Read four records, make the topic anew with some others, and read on."""
    connection = Connection(address)
    reader = Delivery(connection, TOPICS, 1, {})
    try:
        await created(connection, 4)
        await reader.start()
        async with asyncio.timeout(30):
            while reader._read[CREDIT, 0] < 4:
                await reader.read()
        async with admin_of(address) as admin:
            await admin.delete_topics([CREDIT])
        await created(connection, anew)
        async with asyncio.timeout(10):
            while True:
                await reader.read()
    finally:
        await reader.stop()


async def created(connection: Connection, records: int) -> None:
    await create(connection, TOPICS, NAMES, TopicDurability())
    if records:
        async with new_producer(connection, "test") as producer:
            await send(producer, {(CREDIT, 0): [(b"w1", value, ()) for value in SENT[:records]]})


async def sent_and_read(address: str) -> list[list[bytes]]:
    """Statements of each batch, until all are read."""
    connection = Connection(address)
    await created(connection, len(SENT))
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

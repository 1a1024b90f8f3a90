"""Publishing to a real Kafka: under the right key, and told in time when there is no broker."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from time import monotonic

import pytest
from aiokafka import AIOKafkaConsumer
from aiokafka.admin import NewTopic

from api.ports import NotDurable, PublicRecord
from api.publishing.kafka import NO_BROKER, TOPICS, KafkaPublisher
from streams.engine.kafka.connection import Connection
from streams.engine.kafka.sending import partition_of
from tests.builders import event_id
from tests.clients import admin_of
from tests.services.kafka import Kafka, kafka_cluster

pytestmark = pytest.mark.service

PARTITIONS = 4


def records(first: int, count: int) -> list[PublicRecord]:
    ids = [event_id(f"{number}").encode() for number in range(first, first + count)]
    return [PublicRecord("enrollment", one, b'{"n":1}', (("sambung-key", b"app"),)) for one in ids]


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kafka]:
    """One that may be killed."""
    with kafka_cluster(tmp_path_factory.mktemp("kafka") / "kafka") as cluster:
        asyncio.run(create_topics(cluster.address))
        yield cluster


async def create_topics(address: str) -> None:
    async with admin_of(address) as admin:
        await admin.create_topics([NewTopic(name, PARTITIONS, 1) for name in TOPICS])


@asynccontextmanager
async def publishing(address: str) -> AsyncIterator[KafkaPublisher]:
    publisher = KafkaPublisher(Connection(address))
    await publisher.start()
    try:
        yield publisher
    finally:
        await publisher.stop()


async def ready(publisher: KafkaPublisher) -> None:
    async with asyncio.timeout(40):
        while publisher.not_ready_reasons:  # noqa: ASYNC110  that is how an operator looks
            await asyncio.sleep(0.05)


async def all_of(address: str) -> list[tuple[int, bytes, bytes, tuple[tuple[str, bytes], ...]]]:
    options = {"bootstrap_servers": address, "auto_offset_reset": "earliest", "enable_auto_commit": False}
    consumer = AIOKafkaConsumer("enrollment", **options)
    await consumer.start()
    try:
        batches = [found async for found in _until_quiet(consumer)]
        return [(one.partition, one.key, one.value, one.headers) for batch in batches for one in batch]
    finally:
        await consumer.stop()


async def _until_quiet(consumer: AIOKafkaConsumer) -> AsyncIterator[list[object]]:
    while found := await consumer.getmany(timeout_ms=1_500):
        for batch in found.values():
            yield batch


def test_requests_that_come_together_are_durable_each_under_its_key(own: Kafka) -> None:
    async def publish() -> None:
        async with publishing(own.address) as publisher:
            await ready(publisher)
            assert publisher.copies == 1
            assert "power cut" in publisher.warnings[0]
            await asyncio.gather(*(publisher.publish(records(10 * n, 10)) for n in range(50)))
            assert publisher.waiting_bytes == 0

    asyncio.run(publish())
    found = asyncio.run(all_of(own.address))
    wanted = {(partition_of(one.key, PARTITIONS), *one[1:]) for one in records(0, 500)}
    assert len(found) == len(wanted) == 500
    assert set(found) == wanted


def test_a_broker_that_is_killed_is_told_in_time_and_found_again(own: Kafka) -> None:
    async def publish() -> None:
        async with publishing(own.address) as publisher:
            await ready(publisher)
            own.nodes[0].kill()
            for number in range(3):
                before = monotonic()
                with pytest.raises(NotDurable):
                    await publisher.publish(records(1_000 + number, 1))
                assert monotonic() - before < 5
            await asyncio.to_thread(own.start)
            await ready(publisher)
            await publisher.publish(records(2_000, 5))

    asyncio.run(publish())
    keys = {key for _, key, _, _ in asyncio.run(all_of(own.address))}
    assert {one.key for one in records(2_000, 5)} <= keys


def test_without_a_broker_it_says_so_at_once_and_connects_when_there_is_one(own: Kafka) -> None:
    async def publish() -> None:
        own.nodes[0].kill()
        async with publishing(own.address) as publisher:
            assert publisher.not_ready_reasons == [NO_BROKER]
            before = monotonic()
            with pytest.raises(NotDurable, match=NO_BROKER):
                await publisher.publish(records(3_000, 1))
            assert monotonic() - before < 1
            await asyncio.to_thread(own.start)
            await ready(publisher)
            await publisher.publish(records(3_000, 1))

    asyncio.run(publish())


def test_missing_topics_are_named(tmp_path: Path) -> None:
    with kafka_cluster(tmp_path / "kafka", auto_create_topics_enable="false") as empty:

        async def look() -> list[str]:
            async with publishing(empty.address) as publisher:
                async with asyncio.timeout(20):
                    while publisher.not_ready_reasons == [NO_BROKER]:  # noqa: ASYNC110  as above
                        await asyncio.sleep(0.05)
                return publisher.not_ready_reasons

        (reason,) = asyncio.run(look())
    assert "lacks enrollment, outreach-event, inspection, rejected: sambung topics create" in reason

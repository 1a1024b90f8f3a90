"""Sending: the partitions of keys, and the offsets that are reported."""

import asyncio
from collections import Counter
from collections.abc import Iterator

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import NewTopic
from aiokafka.partitioner import DefaultPartitioner
from hypothesis import given
from hypothesis import strategies as st

from streams.engine.faust.kafka_ports import records_between
from streams.engine.kafka.connection import Connection
from streams.engine.kafka.runs import BATCH_BYTES
from streams.engine.kafka.sending import (
    internal_partition_of,
    new_producer,
    partition_of,
    partitions_of,
    send,
)
from streams.engine.records import Records, Span
from tests.clients import admin_of
from tests.services.brokers import Brokers

TOPIC = "sent"


@given(st.binary(max_size=40), st.integers(1, 50))
def test_a_key_goes_where_every_kafka_client_puts_it(key: bytes, partitions: int) -> None:
    everywhere = list(range(partitions))
    assert partition_of(key, partitions) == DefaultPartitioner()(key, everywhere, everywhere)


@given(
    st.integers(0, 12).flatmap(lambda size: st.lists(st.binary(min_size=size, max_size=size), max_size=40))
)
def test_keys_of_one_length_go_there_together(keys: list[bytes]) -> None:
    assert list(partitions_of(keys, 50)) == [partition_of(key, 50) for key in keys]


@given(st.lists(st.binary(max_size=12), max_size=40))
def test_keys_of_any_length_do_too(keys: list[bytes]) -> None:
    assert list(partitions_of(keys, 50)) == [partition_of(key, 50) for key in keys]


@pytest.mark.parametrize(
    ("key", "murmur2"),
    [
        (b"21", -973_932_308),
        (b"foobar", -790_332_482),
        (b"a-little-bit-long-string", -985_981_536),
        (b"a-little-bit-longer-string", -1_486_304_829),
        (b"abc", 479_470_107),
    ],
)
def test_keys_go_where_apache_kafka_s_test_vectors_put_them(key: bytes, murmur2: int) -> None:
    assert partition_of(key, 1_000) == (murmur2 & 0x7FFFFFFF) % 1_000


def test_keys_of_internal_topics_go_where_they_always_went() -> None:
    """Another hash would split a key's history over two partitions; that takes a new generation."""
    keys = (b"", b"17034010741", b"company:JJ028857", b"person:" + b"ab" * 32)
    assert [internal_partition_of(key, 1_000) for key in keys] == [0, 558, 745, 165]


def test_internal_keys_that_count_up_are_spread_evenly() -> None:
    counts = Counter(internal_partition_of(b"1703%07d" % number, 6) for number in range(6_000))
    assert all(900 < counts[partition] < 1_100 for partition in range(6))


@pytest.fixture(scope="module")
def address(brokers: Brokers) -> Iterator[str]:
    async def make(address: str) -> None:
        async with admin_of(address) as admin:
            await admin.create_topics(
                [NewTopic(TOPIC, 3, 1, topic_configs={"max.message.bytes": "16777216"})]
            )

    with brokers.new() as address:
        asyncio.run(make(address))
        yield address


async def sent(address: str, *runs: Records) -> list[dict[tuple[str, int], Span]]:
    async with new_producer(Connection(address), "test") as producer:
        return [await send(producer, run) for run in runs]


@pytest.mark.broker
def test_a_span_has_first_and_last_offset_also_over_several_batches(address: str) -> None:
    large = b"v" * (BATCH_BYTES // 3)
    run: Records = {
        (TOPIC, 0): [(b"%d" % number, large, ()) for number in range(10)],
        (TOPIC, 1): [(b"one", b"", (("header", b"value"),))],
    }
    first, second = asyncio.run(sent(address, run, run))
    assert first == {(TOPIC, 0): Span(0, 9, 10), (TOPIC, 1): Span(0, 0, 1)}
    assert second == {(TOPIC, 0): Span(10, 19, 10), (TOPIC, 1): Span(1, 1, 1)}
    reread = asyncio.run(records_between(Connection(address), TopicPartition(TOPIC, 0), 3, 12))
    assert [key for key, _ in reread] == [b"3", b"4", b"5", b"6", b"7", b"8", b"9", b"0", b"1"]


@pytest.mark.broker
def test_a_record_larger_than_a_batch_arrives_with_its_headers(address: str) -> None:
    value = b"v" * (8 << 20)
    run: Records = {(TOPIC, 2): [(b"key", b"before", ()), (b"key", value, (("origin", b"here"),))]}
    assert asyncio.run(sent(address, run)) == [{(TOPIC, 2): Span(0, 1, 2)}]

    async def received() -> None:
        async with AIOKafkaConsumer(bootstrap_servers=address) as consumer:
            consumer.assign([TopicPartition(TOPIC, 2)])
            consumer.seek(TopicPartition(TOPIC, 2), 1)
            record = await consumer.getone()
        assert record.value == value
        assert record.headers == (("origin", b"here"),)

    asyncio.run(received())

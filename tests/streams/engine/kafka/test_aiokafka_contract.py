"""Private parts of aiokafka on which the engine relies."""

import asyncio
import inspect

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.consumer.fetcher import Fetcher
from aiokafka.consumer.group_coordinator import GroupCoordinator
from aiokafka.consumer.subscription_state import SubscriptionState
from aiokafka.producer.message_accumulator import BatchBuilder

PARTITION = TopicPartition("input", 0)
OTHER = TopicPartition("other", 0)


def test_an_assigned_partition_has_a_position_from_its_first_seek_on() -> None:
    async def scenario() -> None:
        state = SubscriptionState()
        state.subscribe({PARTITION.topic})
        state.assign_from_subscribed({PARTITION})
        partition = state.subscription.assignment.state_value(PARTITION)
        assert partition._position is None
        state.seek(PARTITION, 17)
        assert partition._position == 17
        partition.consumed_to(23)
        assert partition._position == 23

    asyncio.run(scenario())


def test_a_partition_that_is_not_assigned_has_no_state() -> None:
    async def scenario() -> None:
        state = SubscriptionState()
        state.subscribe({PARTITION.topic})
        state.assign_from_subscribed({PARTITION})
        assert state.subscription.assignment.state_value(OTHER) is None

    asyncio.run(scenario())


def test_a_consumer_keeps_its_subscription_client_and_wait_in_these_attributes() -> None:
    async def scenario() -> None:
        consumer = AIOKafkaConsumer(bootstrap_servers="127.0.0.1:1", fetch_max_wait_ms=1_500)
        assert type(consumer._subscription) is SubscriptionState
        assert consumer._client is not None
        assert consumer._fetch_max_wait_ms == 1_500
        await consumer.stop()

    asyncio.run(scenario())


def test_the_wait_of_a_fetch_is_read_when_the_consumer_starts() -> None:
    assert "fetch_max_wait_ms=self._fetch_max_wait_ms" in inspect.getsource(AIOKafkaConsumer.start)
    assert "self._fetch_max_wait_ms," in inspect.getsource(Fetcher)


def test_a_heartbeat_is_looked_up_on_the_coordinator_each_time_and_returns_its_success() -> None:
    assert inspect.iscoroutinefunction(GroupCoordinator._do_heartbeat)
    assert list(inspect.signature(GroupCoordinator._do_heartbeat).parameters) == ["self"]
    assert "success = await self._do_heartbeat()" in inspect.getsource(GroupCoordinator._heartbeat_routine)
    assert "return True" in inspect.getsource(GroupCoordinator._do_heartbeat)


def test_an_administrator_keeps_its_client_in_these_attributes() -> None:
    async def scenario() -> None:
        admin = AIOKafkaAdminClient(bootstrap_servers="127.0.0.1:1")
        assert admin._client is not None
        await admin.close()

    asyncio.run(scenario())


def test_a_batch_takes_one_record_of_any_size_and_then_refuses_when_it_is_full() -> None:
    batch = BatchBuilder(1_000, 0, is_transactional=False)
    assert batch.append(key=b"key", value=b"v" * 10_000, timestamp=None, headers=[]) is not None
    assert batch.append(key=b"key", value=b"v", timestamp=None, headers=[]) is None
    assert batch.record_count() == 1


@pytest.mark.parametrize("name", ["create_batch", "send_batch"])
def test_a_producer_sends_whole_batches(name: str) -> None:
    assert callable(getattr(AIOKafkaProducer, name))

"""Private parts of Faust on which the engine relies: another version cannot pass unnoticed."""

import asyncio
import inspect
from collections.abc import Callable
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from typing import Any

import faust
import faust.streams
import faust.transport.conductor
import pytest
from faust.agents.actor import AsyncIterableActor
from faust.stores import STORES
from faust.stores import base as base_store
from faust.stores import rocksdb as rocksdb_store
from faust.transport.drivers import aiokafka as driver
from faust.types import TP
from mode.utils.queues import FlowControlQueue

from streams.engine.faust.consumer_thread import FETCH_WAIT_MS, ConsumerThread
from streams.engine.faust.store import Store, register
from streams.engine.faust.transport import Consumer, PollSchema, Transport
from streams.engine.records import Poll
from tests.streams.engine.counting import APP, CHANGELOG, INPUT, PARTITIONS, application, worker_on
from tests.streams.engine.faust.offline import NOWHERE, poll, with_app

PARTITION = TP(INPUT, 0)


def parameters(function: Callable[..., Any]) -> list[str]:
    return list(inspect.signature(function).parameters)


def test_the_versions_are_those_that_were_read() -> None:
    assert version("faust-streaming") == "0.15.3"
    assert version("aiokafka") == "0.14.0"


def test_the_compiled_loops_are_loaded() -> None:
    assert faust.streams._CStreamIterator is not None
    assert faust.transport.conductor.ConductorHandler is not None


def test_an_application_uses_our_transport(tmp_path: Path) -> None:
    async def scenario(app: Any) -> None:
        assert type(app.transport) is Transport
        assert type(app.consumer) is Consumer
        assert type(app.consumer._thread) is ConsumerThread

    with_app(tmp_path, scenario)


@pytest.mark.parametrize(
    ("function", "names"),
    [
        (driver.AIOKafkaConsumerThread._create_worker_consumer, ["self", "transport"]),
        (
            driver.AIOKafkaConsumerThread._fetch_records,
            ["self", "consumer", "active_partitions", "timeout", "max_records"],
        ),
        (driver.AIOKafkaConsumerThread._highwaters, ["self", "partitions"]),
        (driver.AIOKafkaConsumerThread.on_partitions_assigned, ["self", "assigned", "generation_id"]),
        (driver.Consumer._new_consumer_thread, ["self"]),
        (driver.Consumer._drain_messages, ["self", "fetcher"]),
        (driver.Consumer._to_message, ["self", "tp", "record"]),
        (driver.Consumer._new_offset, ["self", "tp"]),
        (faust.Schema.loads_key, ["self", "app", "message", "loads", "serializer"]),
        (faust.Schema.loads_value, ["self", "app", "message", "loads", "serializer"]),
        (base_store.Store.apply_changelog_batch, ["self", "batch", "to_key", "to_value"]),
        (rocksdb_store.Store._db_for_partition, ["self", "partition"]),
        (faust.App._new_transport, ["self"]),
    ],
    ids=lambda value: getattr(value, "__qualname__", ""),
)
def test_what_is_overridden_or_called_has_this_signature(
    function: Callable[..., Any], names: list[str]
) -> None:
    assert parameters(function) == names


def test_the_driver_s_wait_of_a_fetch_is_overridden(tmp_path: Path) -> None:
    async def scenario(app: Any) -> None:
        thread = app.consumer._thread
        original = driver.AIOKafkaConsumerThread._create_worker_consumer(thread, app.transport)
        overridden = thread._create_worker_consumer(app.transport)
        assert original._fetch_max_wait_ms == 1_500
        assert overridden._fetch_max_wait_ms == FETCH_WAIT_MS
        await original.stop()
        await overridden.stop()

    with_app(tmp_path, scenario)


def test_a_poll_becomes_one_message(tmp_path: Path) -> None:
    async def scenario(app: Any) -> None:
        app.consumer_generation_id = 7
        fetched = poll(3, 9)
        message = app.consumer._to_message(PARTITION, fetched)
        assert (message.topic, message.partition, message.offset) == (INPUT, 0, 9)
        assert message.generation_id == 7
        assert PollSchema().loads_value(app, message) is fetched

    with_app(tmp_path, scenario)


def test_the_offset_to_commit_is_the_end_of_the_last_acked_poll(tmp_path: Path) -> None:
    async def scenario(app: Any) -> None:
        app.topics._acking_topics.add(INPUT)
        consumer = app.consumer
        for first, last in ((0, 4), (5, 5), (6, 11)):
            message = consumer._to_message(PARTITION, poll(first, last))
            consumer.track_message(message)
            assert message in consumer._unacked_messages
            message.incref()
            message.ack(consumer)
            assert message not in consumer._unacked_messages
        assert consumer._acked[PARTITION] == [4, 5, 11]
        assert consumer._acked_index[PARTITION] == {4, 5, 11}
        assert consumer._filter_committable_offsets([PARTITION]) == {PARTITION: 12}
        assert not consumer._acked[PARTITION]
        assert not consumer._acked_index[PARTITION]
        assert consumer._filter_committable_offsets([PARTITION]) == {}

    with_app(tmp_path, scenario)


def test_offsets_below_the_committed_one_are_not_committed_again(tmp_path: Path) -> None:
    async def scenario(app: Any) -> None:
        app.topics._acking_topics.add(INPUT)
        app.consumer._committed_offset[PARTITION] = 12
        message = app.consumer._to_message(PARTITION, poll(6, 11))
        message.incref()
        message.ack(app.consumer)
        assert app.consumer._filter_committable_offsets([PARTITION]) == {}

    with_app(tmp_path, scenario)


def test_a_partition_without_a_commit_has_no_committed_offset(tmp_path: Path) -> None:
    async def scenario(app: Any) -> None:
        assert app.consumer._committed_offset[PARTITION] is None

    with_app(tmp_path, scenario)


def test_a_changelog_is_named_for_the_application_and_the_table_and_is_no_input(tmp_path: Path) -> None:
    async def scenario(app: Any) -> None:
        assert app.tables.changelog_topics == {CHANGELOG}
        assert app.tables["count"].changelog_topic.get_topic_name() == CHANGELOG
        assert not app.consumer.is_input(TP(CHANGELOG, 0))
        assert app.consumer.is_input(PARTITION)

    with_app(tmp_path, scenario)


def test_a_table_keeps_its_rows_in_our_store_below_the_data_folder(tmp_path: Path) -> None:
    async def scenario(app: Any) -> None:
        store = app.tables["count"].data
        assert type(store) is Store
        assert store.partition_path(3).is_relative_to(tmp_path)
        assert app.tables["count"].partitions == PARTITIONS

    with_app(tmp_path, scenario)


def test_a_store_is_found_by_its_alias() -> None:
    register()
    assert STORES.by_url("sambung-rocksdb://") is Store


def test_the_signal_of_revoked_partitions_reaches_its_receivers(tmp_path: Path) -> None:
    async def scenario(app: Any) -> None:
        received = []

        async def receive(*arguments: object, **named: object) -> None:
            received.append((arguments, named))

        app.on_partitions_revoked.connect(receive, weak=False)
        await app.on_partitions_revoked.send({PARTITION})
        assert len(received) == 1

    with_app(tmp_path, scenario)


def test_an_agent_s_queue_hands_out_polls_that_are_acked_by_hand(tmp_path: Path) -> None:
    async def scenario(app: Any) -> None:
        app.topics._acking_topics.add(INPUT)
        app.flow_control.resume()
        topic = app.topic(INPUT, schema=PollSchema(), partitions=PARTITIONS)
        queue = topic.stream().channel.queue
        assert isinstance(queue, FlowControlQueue)
        messages = [app.consumer._to_message(PARTITION, poll(first, first + 2)) for first in (0, 3)]
        for message in messages:
            message.incref()
            queue.force_put_nowait(await topic.decode(message))
        received = [await queue.get(), await queue.get()]
        assert queue.empty()
        assert [event.value.end for event in received] == [3, 6]
        assert not any(message.acked for message in messages)
        received[0].ack()
        assert app.consumer._acked[PARTITION] == [2]

    with_app(tmp_path, scenario)


def test_an_agent_that_is_to_stop_finds_the_end_in_its_queue(tmp_path: Path) -> None:
    async def scenario(app: Any) -> None:
        app.flow_control.resume()
        stream = app.topic(INPUT, schema=PollSchema(), partitions=PARTITIONS).stream()
        AsyncIterableActor(app.agents["count"], stream, None).cancel()
        async with asyncio.timeout(1):
            with pytest.raises(StopAsyncIteration):
                await stream.channel.queue.get()

    with_app(tmp_path, scenario)


class RecordingStage:
    """A stage that only records the polls that it is fed."""

    def __init__(self) -> None:
        self.ends: list[int] = []

    async def feed(self, _partition: int, polled: Poll, _ack: Callable[[], object]) -> None:
        self.ends.append(polled.end)

    async def checkpoint_if_due(self) -> None:
        return

    async def on_idle(self, _coming: "asyncio.Future[Any]") -> None:
        return


@pytest.mark.parametrize(("flows", "folded"), [(True, [4]), (False, [])], ids=["flowing", "rebalancing"])
def test_polls_of_an_older_generation_or_during_a_rebalance_are_neither_folded_nor_acked(
    tmp_path: Path, *, flows: bool, folded: list[int]
) -> None:
    async def scenario() -> None:
        app, worker = worker_on(NOWHERE, tmp_path)
        app.topics._acking_topics.add(INPUT)
        if flows:
            app.flow_control.resume()
        topic = app.topic(INPUT, schema=PollSchema(), partitions=PARTITIONS)
        queue, stage = topic.stream().channel.queue, RecordingStage()
        for generation, first in ((1, 0), (2, 3)):
            app.consumer_generation_id = generation
            message = app.consumer._to_message(PARTITION, poll(first, first))
            message.incref()
            queue.force_put_nowait(await topic.decode(message))
        with suppress(TimeoutError):
            async with asyncio.timeout(0.1):
                await worker._loop(stage, queue)  # type: ignore[arg-type]
        assert stage.ends == folded
        assert not app.consumer._acked
        assert len(app.consumer.unacked) == len(folded)

    asyncio.run(scenario())


def test_the_application_is_named_as_its_group_and_its_folder(tmp_path: Path) -> None:
    async def scenario(_app: Any) -> None:
        app = application(NOWHERE, tmp_path)
        assert app.conf.id == APP
        assert Path(app.conf.appdir).parent == tmp_path

    with_app(tmp_path, scenario)

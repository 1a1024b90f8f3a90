"""A cut has passed when all that follows from the records below it is in the outputs."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer
from aiokafka.structs import TopicPartition
from confluent_kafka import Producer

import streams.drain
from streams.drain import Behind, Cut, Drain, Look, Progress
from streams.engine.kafka.connection import Connection
from streams.engine.kafka.sending import new_producer, send
from streams.stages import NAMES
from streams.topics.names import CREDIT, ENROLLMENT, TopicDurability, Topics
from streams.topics.provision import create
from tests.services.brokers import Brokers

TOPICS = Topics("app-g1", 2)
PUBLIC = TopicPartition(ENROLLMENT, 1)
JOURNEY = TopicPartition(TOPICS.journey, 0)
MEMBER = TopicPartition(TOPICS.member, 1)
STATEMENTS = TopicPartition(CREDIT, 1)


class Stages:
    """Commits and ends of logs, set by a test, and a cut through them."""

    def __init__(self) -> None:
        self.commits: dict[TopicPartition, int] = {}
        self.ends = dict.fromkeys(TOPICS.inputs + TOPICS.outputs, 0)
        self._cut = Cut(TOPICS)

    def publish(self, partition: TopicPartition, records: int = 1) -> None:
        self.ends[partition] += records

    def work_off(self, partition: TopicPartition) -> None:
        self.commits[partition] = self.ends[partition]

    def look(self) -> Progress:
        return self._cut.advance(Look(dict(self.commits), dict(self.ends)))


def test_one_look_is_enough_where_nothing_is_under_way() -> None:
    stages = Stages()
    for partition in (PUBLIC, MEMBER):
        stages.publish(partition, 3)
        stages.work_off(partition)
    stages.publish(STATEMENTS, 5)
    outputs = dict.fromkeys(((one.topic, one.partition) for one in TOPICS.outputs), 0) | {(CREDIT, 1): 5}
    assert stages.look() == Progress(6, 6, {}, passed=True, outputs=outputs)


def test_progress_names_the_partitions_that_are_waited_for() -> None:
    stages = Stages()
    stages.publish(PUBLIC, 3)
    stages.commits[PUBLIC] = 1
    assert stages.look() == Progress(1, 3, {PUBLIC: Behind(1, 3)}, passed=False, outputs={})


def test_what_is_published_after_its_beginning_is_not_waited_for() -> None:
    stages = Stages()
    stages.publish(PUBLIC)
    stages.look()
    looks = 0
    while not stages.look().passed:
        stages.work_off(PUBLIC)
        stages.publish(PUBLIC)
        looks += 1
    assert looks == 2  # one per round
    assert stages.commits[PUBLIC] < stages.ends[PUBLIC]


def test_what_the_stages_sent_meanwhile_is_waited_for() -> None:
    stages = Stages()
    stages.publish(PUBLIC)
    stages.look()
    for partition in (JOURNEY, MEMBER):
        stages.publish(partition)
    stages.work_off(PUBLIC)
    assert stages.look().behind == {JOURNEY: Behind(0, 1)}
    stages.work_off(JOURNEY)
    assert stages.look().behind == {MEMBER: Behind(0, 1)}
    stages.work_off(MEMBER)
    assert stages.look().passed


def test_an_event_that_was_sent_again_is_waited_for() -> None:
    """Its copy is in another partition, above the end that was noted there."""
    stages, other = Stages(), TopicPartition(ENROLLMENT, 0)
    stages.publish(PUBLIC)
    stages.look()
    stages.publish(other)
    stages.work_off(PUBLIC)
    assert stages.look().behind == {other: Behind(0, 1)}


def test_the_ends_of_the_outputs_stay_as_they_were_when_it_had_passed() -> None:
    stages = Stages()
    assert stages.look().outputs[STATEMENTS.topic, STATEMENTS.partition] == 0
    stages.publish(STATEMENTS)
    assert stages.look().outputs[STATEMENTS.topic, STATEMENTS.partition] == 0


def test_neither_figure_of_its_progress_falls_while_apps_publish() -> None:
    stages = Stages()
    figures = []
    for _ in range(8):
        for partition in (PUBLIC, JOURNEY, MEMBER):
            stages.publish(partition, 2)
            stages.commits[partition] = stages.ends[partition] - 1
        figures.append(stages.look())
    assert [one.done for one in figures] == sorted(one.done for one in figures)
    assert [one.total for one in figures] == sorted(one.total for one in figures)
    assert figures[-1].passed
    assert figures[-1].done == figures[-1].total


class Log:
    """One input of a stage on a broker, with the commits of its group."""

    def __init__(self, address: str) -> None:
        self.address = address

    async def publish(self, topic: str, records: int) -> None:
        async with new_producer(Connection(self.address), "test") as producer:
            await send(producer, {(topic, MEMBER.partition): [(b"w1", b"{}", ())] * records})

    async def commit(self, offset: int) -> None:
        consumer = AIOKafkaConsumer(
            bootstrap_servers=self.address, group_id=TOPICS.app_id, enable_auto_commit=False
        )
        async with consumer:
            consumer.assign([MEMBER])
            await consumer.commit({MEMBER: offset})

    async def look(self, kind: type[Drain] = Drain) -> Look:
        async with kind(Connection(self.address), TOPICS) as drain:
            return await drain.look()


def on_a_broker(brokers: Brokers, scenario: Callable[[Log], Coroutine[Any, Any, None]]) -> None:
    async def run(address: str) -> None:
        await create(Connection(address), TOPICS, NAMES, TopicDurability())
        await scenario(Log(address))

    with brokers.new() as address:
        asyncio.run(run(address))


@pytest.mark.broker
def test_a_look_has_the_commits_and_the_ends_of_every_log(brokers: Brokers) -> None:
    async def scenario(log: Log) -> None:
        await log.publish(TOPICS.member, 3)
        await log.commit(2)
        assert await log.look() == Look(
            {MEMBER: 2}, dict.fromkeys(TOPICS.inputs + TOPICS.outputs, 0) | {MEMBER: 3}
        )

    on_a_broker(brokers, scenario)


@pytest.mark.broker
def test_the_ends_are_read_after_the_commits(brokers: Brokers) -> None:
    """A stage sends a record and then commits: ends read earlier would miss the record."""

    async def scenario(log: Log) -> None:
        class Busy(Drain):
            async def _commits(self) -> dict[TopicPartition, int]:
                commits = await super()._commits()
                await log.publish(CREDIT, 1)
                return commits

        assert (await log.look(Busy)).ends[STATEMENTS] == 1

    on_a_broker(brokers, scenario)


@pytest.mark.broker
def test_an_end_that_is_answered_too_low_does_not_fall(
    brokers: Brokers, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scenario(log: Log) -> None:
        await log.publish(TOPICS.member, 3)
        async with Drain(Connection(log.address), TOPICS) as drain:
            assert (await drain.look()).ends[MEMBER] == 3

            async def too_low(*_: object) -> dict[TopicPartition, int]:
                return dict.fromkeys(TOPICS.inputs + TOPICS.outputs, 0)

            monkeypatch.setattr(streams.drain, "end_offsets", too_low)
            assert (await drain.look()).ends[MEMBER] == 3

    on_a_broker(brokers, scenario)


@pytest.mark.broker
@pytest.mark.parametrize("brokers", ["kafka"], indirect=True)  # the embedded one lists none
def test_the_description_names_the_open_transaction(brokers: Brokers) -> None:
    async def scenario(log: Log) -> None:
        app = Producer({"bootstrap.servers": log.address, "transactional.id": "careless"})
        app.init_transactions()
        app.begin_transaction()
        app.produce(ENROLLMENT, b"{}", partition=PUBLIC.partition)
        app.flush()
        async with Drain(Connection(log.address), TOPICS) as drain:
            message = await drain.describe({PUBLIC: Behind(0, 1)})
        app.abort_transaction()
        assert message.startswith("enrollment/1 is read to offset 0 of 1; an open transaction of producer ")
        assert message.endswith(" holds back enrollment/1 from offset 0 on, 1 records")

    on_a_broker(brokers, scenario)

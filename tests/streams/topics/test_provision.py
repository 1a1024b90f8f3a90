"""Topics on Apache Kafka: a wrong one is reported at start, with the command that corrects it."""

import asyncio
import shlex

import pytest
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType

from streams.engine.kafka.connection import Connection
from streams.stages import NAMES
from streams.topics.names import TopicDurability, Topics, TopicsError
from streams.topics.provision import check, create
from tests.clients import admin_of
from tests.end_to_end.runs import until
from tests.services.brokers import emptied
from tests.services.kafka import Kafka

pytestmark = pytest.mark.broker

TOPICS = Topics("app-g1", 2)


@pytest.fixture(scope="module")
def created(kafka: Kafka) -> Connection:
    connection = Connection(emptied(kafka))
    asyncio.run(create(connection, TOPICS, NAMES, TopicDurability()))
    return connection


async def changed(connection: Connection, topic: str, **policy: str) -> None:
    given = {name.replace("_", "."): value for name, value in policy.items()}
    async with admin_of(connection.bootstrap) as admin:
        await admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, topic, given)])


def refusal(connection: Connection, durability: TopicDurability) -> str:
    """Empty where nothing is wrong."""
    try:
        asyncio.run(check(connection, TOPICS, NAMES, durability))
    except TopicsError as refused:
        return str(refused)
    return ""


def test_a_cluster_with_too_few_brokers_for_the_copies_makes_none(kafka: Kafka) -> None:
    with pytest.raises(TopicsError) as refused:
        asyncio.run(create(Connection(emptied(kafka)), Topics("app-g2", 2), NAMES, TopicDurability(3)))
    assert "has not the 3 brokers for the copies that SAMBUNG_REPLICATION wants" in str(refused.value)


def test_created_topics_are_as_required(created: Connection) -> None:
    assert refusal(created, TopicDurability()) == ""


def test_fewer_copies_than_set_are_refused(created: Connection) -> None:
    problem = refusal(created, TopicDurability(3))
    assert "enrollment has 1 of the 3 copies that SAMBUNG_REPLICATION wants" in problem
    assert "Add copies with kafka-reassign-partitions" in problem


def test_internal_topics_that_would_forget_too_soon_are_reported_with_the_command_that_helps(
    kafka: Kafka, created: Connection
) -> None:
    wanted = TopicDurability(internal_days=60)
    asyncio.run(changed(created, TOPICS.journey, cleanup_policy="delete", retention_ms="604800000"))
    until(lambda: "needs 5184000000" in refusal(created, wanted), "reported")  # soon after the change
    problem = refusal(created, wanted)
    assert f"{TOPICS.journey} has retention.ms=604800000 and needs 5184000000" in problem
    command = shlex.split(problem.partition("Put the settings right:\n")[2].replace("\\\n", " "))
    assert command[0] == "kafka-configs"
    done = kafka.nodes[0].tool("kafka.admin.ConfigCommand", *command[1:])
    assert done.returncode == 0, done.stderr
    until(lambda: refusal(created, wanted) == "", "put right")


def test_more_copies_to_be_in_sync_than_there_are_would_refuse_every_write(created: Connection) -> None:
    changelog = TOPICS.changelog("journey")
    asyncio.run(changed(created, changelog, min_insync_replicas="2"))
    wrong = f"{changelog} has min.insync.replicas=2 and needs 1 at most, as it has copies"
    until(lambda: wrong in refusal(created, TopicDurability()), "reported")

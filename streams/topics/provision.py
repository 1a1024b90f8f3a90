"""Topics on a broker: created once, and checked before anything runs."""

from typing import Any

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import InvalidReplicationFactorError, TopicAlreadyExistsError, for_code

from streams.engine.kafka.admin import admin_client
from streams.engine.kafka.connection import Connection
from streams.topics.faults import ExistingTopic, describe_faults
from streams.topics.names import TopicDurability, Topics, TopicsError


async def create(
    connection: Connection, topics: Topics, stages: tuple[str, ...], durability: TopicDurability
) -> list[str]:
    """Create missing topics, check the others; return the names of those created.

    Raises TopicsError when a topic has another number of partitions, a policy that would lose records or too
    few copies, or when one cannot be created.
    """
    policies = topics.policies(stages, durability)
    async with admin_client(connection) as admin:
        existing = await _existing(admin, list(policies))
        _refuse(existing, topics, policies, durability, connection)
        missing = [
            NewTopic(name, topics.partitions, durability.replication, topic_configs=policy)
            for name, policy in policies.items()
            if name not in existing
        ]
        if missing:
            answer = await admin.create_topics(missing)
            _raise_errors(answer.topic_errors, durability)
    return [topic.name for topic in missing]


async def check(
    connection: Connection, topics: Topics, stages: tuple[str, ...], durability: TopicDurability
) -> None:
    """Raise TopicsError unless every topic exists as required. Three requests, for any number of topics."""
    policies = topics.policies(stages, durability)
    async with admin_client(connection) as admin:
        existing = await _existing(admin, list(policies))
    missing = [name for name in policies if name not in existing]
    if missing:
        raise TopicsError(
            f"The broker at {connection.bootstrap} lacks {', '.join(missing)}. "
            "Make them: sambung topics create"
        )
    _refuse(existing, topics, policies, durability, connection)


async def _existing(admin: AIOKafkaAdminClient, names: list[str]) -> dict[str, ExistingTopic]:
    """The topics that exist. All are listed first: describing a missing one may create it."""
    listed = set(await admin.list_topics())
    wanted = [name for name in names if name in listed]
    if not wanted:
        return {}
    described = {one["topic"]: one["partitions"] for one in await admin.describe_topics(wanted)}
    policies = await _policies(admin, wanted)
    return {
        name: ExistingTopic(len(parts), _copies(parts), policies[name]) for name, parts in described.items()
    }


def _copies(partitions: list[dict[str, Any]]) -> int:
    """Replicas of the partition that has the fewest."""
    return min(len(one["replicas"]) for one in partitions)


async def _policies(admin: AIOKafkaAdminClient, names: list[str]) -> dict[str, dict[str, str]]:
    asked = [ConfigResource(ConfigResourceType.TOPIC, name, None) for name in names]
    policies: dict[str, dict[str, str]] = {name: {} for name in names}
    for answer in await admin.describe_configs(asked):
        for code, _, _, name, entries in answer.resources:
            if code:
                raise TopicsError(
                    f"The broker does not tell how topic {name} is set ({for_code(code).__name__}). Give the "
                    "user the right DescribeConfigs on it."
                )
            policies[name] = {entry[0]: entry[1] for entry in entries}
    return policies


def _refuse(
    existing: dict[str, ExistingTopic],
    topics: Topics,
    policies: dict[str, dict[str, str]],
    durability: TopicDurability,
    connection: Connection,
) -> None:
    wrong = {
        name: found.partitions for name, found in existing.items() if found.partitions != topics.partitions
    }
    if wrong:
        counts = ", ".join(f"{name} has {count}" for name, count in wrong.items())
        raise TopicsError(
            f"Every topic needs {topics.partitions} partitions, but {counts}. Set SAMBUNG_PARTITIONS to what "
            "is there, or use a broker without these topics."
        )
    wanted = {name: policies[name] for name in existing}
    problem = describe_faults(existing, wanted, durability.replication, connection.bootstrap)
    if problem:
        raise TopicsError(problem)


def _raise_errors(errors: list[tuple[Any, ...]], durability: TopicDurability) -> None:
    for name, code, *_ in errors:
        kind = for_code(code)
        if kind is InvalidReplicationFactorError:
            raise TopicsError(
                f"The cluster has not the {durability.replication} brokers for the copies that "
                f"SAMBUNG_REPLICATION wants (topic {name}). Start them, or set it to what there is."
            )
        if code and kind is not TopicAlreadyExistsError:
            raise TopicsError(f"The broker refused to create topic {name}: {kind.__name__}.")

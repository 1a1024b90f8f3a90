"""Every topic by name, with its policy; made and checked before anything runs."""

from typing import NamedTuple

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import for_code
from aiokafka.structs import TopicPartition

ENROLLMENT = "enrollment"
OUTREACH = "outreach-event"
INSPECTION = "inspection"
CREDIT = "credit"
LIVE_COUNT = "live-count"
REJECTED = "rejected"

PUBLIC_INPUTS = (ENROLLMENT, OUTREACH, INSPECTION)
PUBLIC_OUTPUTS = (CREDIT, LIVE_COUNT, REJECTED)

COMPACTED = frozenset({LIVE_COUNT})
"""Public topics that keep the newest record of a key only."""

_INPUT_BYTES = 4 << 20
_REJECTED_BYTES = 8 << 20
_KEEP = {"cleanup.policy": "delete", "retention.ms": "-1", "retention.bytes": "-1"}
_DECIDING = ("cleanup.policy", "retention.ms", "retention.bytes")
"""Settings of a topic that decide what is lost."""
_COMPACT = {"cleanup.policy": "compact", "min.compaction.lag.ms": str(24 * 3600 * 1000)}


class TopicsError(Exception):
    """The broker's topics are not what they must be; the text says which and what to do."""


class Topics(NamedTuple):
    """The topics of one generation of the stream.

    The public ones are the same in each; the internal ones and the changelogs carry the application's id, and
    that carries the generation, so that a new one starts with empty logs.
    """

    app_id: str
    partitions: int

    @property
    def journey(self) -> str:
        return f"{self.app_id}-journey"

    @property
    def member(self) -> str:
        return f"{self.app_id}-member"

    @property
    def tally(self) -> str:
        return f"{self.app_id}-tally"

    @property
    def accepted(self) -> str:
        return f"{self.app_id}-accepted"

    def changelog(self, stage: str) -> str:
        """Name that Faust gives to the changelog of a stage's table."""
        return f"{self.app_id}-{stage}-changelog"

    @property
    def inputs(self) -> list[TopicPartition]:
        """Every partition that a stage reads."""
        return self._each(*PUBLIC_INPUTS, self.journey, self.member, self.tally)

    @property
    def outputs(self) -> list[TopicPartition]:
        """Every partition that a sink reads."""
        return self._each(CREDIT, LIVE_COUNT, self.accepted, REJECTED)

    def _each(self, *names: str) -> list[TopicPartition]:
        return [TopicPartition(name, number) for name in names for number in range(self.partitions)]

    def policies(self, stages: tuple[str, ...]) -> dict[str, dict[str, str]]:
        """Every topic with its configuration."""
        policies = {name: _KEEP | {"max.message.bytes": str(_INPUT_BYTES)} for name in PUBLIC_INPUTS}
        policies |= {
            CREDIT: _KEEP | {"max.message.bytes": str(_REJECTED_BYTES)},
            REJECTED: _KEEP | {"max.message.bytes": str(_REJECTED_BYTES)},
            LIVE_COUNT: _COMPACT | {"max.message.bytes": str(_REJECTED_BYTES)},
        }
        for name in (self.journey, self.member, self.tally, self.accepted):
            policies[name] = _KEEP | {"max.message.bytes": str(_REJECTED_BYTES)}
        for stage in stages:
            policies[self.changelog(stage)] = _COMPACT | {"max.message.bytes": str(_REJECTED_BYTES)}
        return policies


async def create(bootstrap: str, topics: Topics, stages: tuple[str, ...], replication: int) -> list[str]:
    """Create what is missing, check the rest; return the names that were created.

    Raises TopicsError when a topic exists with another number of partitions or another policy, or cannot be
    created.
    """
    policies = topics.policies(stages)
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        existing = await _partition_counts(admin, list(policies))
        _check_counts(existing, topics)
        await _check_policies(admin, {name: policies[name] for name in existing})
        missing = [
            NewTopic(name, topics.partitions, replication, topic_configs=policy | _safety(replication))
            for name, policy in policies.items()
            if name not in existing
        ]
        if missing:
            answer = await admin.create_topics(missing)
            _raise_errors(answer.topic_errors)
        return [topic.name for topic in missing]
    finally:
        await admin.close()


async def check(bootstrap: str, topics: Topics, stages: tuple[str, ...]) -> None:
    """Raise TopicsError unless every topic is there with the right number of partitions and policy."""
    policies = topics.policies(stages)
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        existing = await _partition_counts(admin, list(policies))
        missing = [name for name in policies if name not in existing]
        if missing:
            raise TopicsError(
                f"The broker at {bootstrap} lacks {', '.join(missing)}. Make them: sambung topics create"
            )
        _check_counts(existing, topics)
        await _check_policies(admin, policies)
    finally:
        await admin.close()


def _safety(replication: int) -> dict[str, str]:
    """What keeps acknowledged records when a broker is lost, where there are copies at all."""
    copies = {"unclean.leader.election.enable": "false"}
    return copies | {"min.insync.replicas": "2"} if replication > 2 else copies


async def _partition_counts(admin: AIOKafkaAdminClient, names: list[str]) -> dict[str, int]:
    """Partitions of those of the topics that exist; to describe one that does not may create it."""
    there = set(await admin.list_topics())
    wanted = [name for name in names if name in there]
    described = await admin.describe_topics(wanted) if wanted else []
    return {one["topic"]: len(one["partitions"]) for one in described}


async def _check_policies(admin: AIOKafkaAdminClient, policies: dict[str, dict[str, str]]) -> None:
    """A policy that drops records or versions would make numbers wrong long after; so it is refused now."""
    asked = [ConfigResource(ConfigResourceType.TOPIC, name, None) for name in policies]
    wrong = []
    for answer in await admin.describe_configs(asked) if asked else []:
        for _, _, _, name, entries in answer.resources:
            found = {entry[0]: entry[1] for entry in entries}
            wrong += [
                f"{name} has {key}={found[key]} and needs {policies[name][key]}"
                for key in _DECIDING
                if key in found and key in policies[name] and found[key] != policies[name][key]
            ]
    if wrong:
        raise TopicsError(
            f"Topics would lose what must be kept: {'; '.join(wrong)}. Set that with kafka-configs, or use a "
            "broker without these topics."
        )


def _check_counts(existing: dict[str, int], topics: Topics) -> None:
    wrong = {name: count for name, count in existing.items() if count != topics.partitions}
    if wrong:
        found = ", ".join(f"{name} has {count}" for name, count in wrong.items())
        raise TopicsError(
            f"Every topic needs {topics.partitions} partitions, but {found}. Set SAMBUNG_PARTITIONS to what "
            "is there, or use a broker without these topics."
        )


def _raise_errors(errors: list[tuple[object, ...]]) -> None:
    for name, code, *_ in errors:
        if code and for_code(code).__name__ != "TopicAlreadyExistsError":
            raise TopicsError(f"The broker refused to create topic {name}: {for_code(code).__name__}.")

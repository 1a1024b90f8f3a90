"""Names and policies of all topics (provision.py creates and checks them on a broker)."""

from typing import NamedTuple

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
"""Public topics that keep only the newest record of each key."""

_DAY_MS = 24 * 3600 * 1000
_INPUT_BYTES = {"max.message.bytes": str(4 << 20)}
_OUTPUT_BYTES = {"max.message.bytes": str(8 << 20)}
_FOREVER = {"cleanup.policy": "delete", "retention.ms": "-1", "retention.bytes": "-1"}
_COMPACT = {"cleanup.policy": "compact", "min.compaction.lag.ms": str(_DAY_MS)} | _OUTPUT_BYTES

PUBLIC_POLICIES = dict.fromkeys(PUBLIC_INPUTS, _FOREVER | _INPUT_BYTES) | {
    name: _COMPACT if name in COMPACTED else _FOREVER | _OUTPUT_BYTES for name in PUBLIC_OUTPUTS
}
"""Configuration of each public topic, without `TopicDurability.safety`."""


SAFE_COPIES = 3
"""Of a topic: with fewer, a power cut can lose records that were acknowledged."""


def told_of_copies(copies: int) -> str | None:
    """A sentence for operators where there are too few."""
    if copies >= SAFE_COPIES:
        return None
    return (
        f"topics have {copies} of {SAFE_COPIES} copies, so a power cut can lose acknowledged events "
        "(SAMBUNG_REPLICATION)"
    )


class TopicsError(Exception):
    """The broker's topics are not as required; the text says which and what to do."""


class TopicDurability(NamedTuple):
    """Replication and retention of the topics: the least that every start checks."""

    replication: int = 1
    """Copies of every topic."""
    internal_days: int = 0
    """Retention of internal topics in days; 0 is for ever, as in the public ones."""

    def safety(self) -> dict[str, str]:
        """Settings that keep acknowledged records when a broker is lost: two of three must have them."""
        in_sync = "2" if self.replication > 2 else "1"
        return {"min.insync.replicas": in_sync, "unclean.leader.election.enable": "false"}

    def internal(self) -> dict[str, str]:
        return {"retention.ms": str(self.internal_days * _DAY_MS)} if self.internal_days else {}


def app_id(generation: int) -> str:
    """The application's id in a generation of the stream."""
    return f"sambung-g{generation}"


class Topics(NamedTuple):
    """The topics of one generation of the stream.

    Public topics are the same in each generation. The names of internal topics and changelogs contain the
    application's id, which contains the generation, so that a new generation starts with empty logs.
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
        """Faust's name for the changelog of a stage's table."""
        return f"{self.app_id}-{stage}-changelog"

    @property
    def public_inputs(self) -> list[TopicPartition]:
        """Every partition that apps publish to."""
        return self._each(*PUBLIC_INPUTS)

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

    def policies(self, stages: tuple[str, ...], durability: TopicDurability) -> dict[str, dict[str, str]]:
        """Configuration of every topic, by name."""
        policies = dict(PUBLIC_POLICIES)
        for name in (self.journey, self.member, self.tally, self.accepted):
            policies[name] = _FOREVER | _OUTPUT_BYTES | durability.internal()
        for stage in stages:
            policies[self.changelog(stage)] = _COMPACT
        return {name: policy | durability.safety() for name, policy in policies.items()}

"""What stages are given: one place for what they all need."""

from typing import NamedTuple

from models.places import Places
from models.rules import Rules
from models.statement import first_version
from streams.engine.kafka.sending import internal_partition_of, partition_of
from streams.topics.names import Topics


class StageContext(NamedTuple):
    topics: Topics
    places: Places
    rules: Rules
    generation: int

    @property
    def between_stages(self) -> frozenset[str]:
        """Topics that one stage writes and another reads."""
        return frozenset((self.topics.journey, self.topics.member, self.topics.tally))

    @property
    def version_base(self) -> int:
        """What is added to an offset to make a public version."""
        return first_version(self.generation)

    def public_partition(self, key: bytes) -> int:
        """Of a public topic: where every Kafka client puts the key, and where readers look for it."""
        return partition_of(key, self.topics.partitions)

    def internal_partition(self, key: bytes) -> int:
        """Of `journey` and `member`, which only the stages write: any stable hash will do."""
        return internal_partition_of(key, self.topics.partitions)

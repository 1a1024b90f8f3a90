"""Context that all stages share."""

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
        """Generation part of a public version, to which an offset is added."""
        return first_version(self.generation)

    def public_partition(self, key: bytes) -> int:
        """Partition of a public topic: the one that every Kafka client chooses for the key."""
        return partition_of(key, self.topics.partitions)

    def internal_partition(self, key: bytes) -> int:
        """Partition of `journey` or `member`, which only the stages write: any stable hash will do."""
        return internal_partition_of(key, self.topics.partitions)

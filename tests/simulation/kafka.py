"""A broker in a few dicts: logs, commits, compaction; everything that a stage can see of Kafka."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from streams.engine.records import Poll

PARTITIONS = 2
FIRST_MS = 1_500_000_000_000

Headers = tuple[tuple[str, bytes], ...]
Partition = tuple[str, int]


class Raw(NamedTuple):
    """A record as aiokafka hands it out."""

    offset: int
    timestamp: int
    key: bytes
    value: bytes
    headers: Headers = ()


@dataclass
class Broker:
    """Logs and commits by (topic, partition); one consumer group per topic."""

    logs: dict[Partition, list[Raw | None]] = field(default_factory=lambda: defaultdict(list))
    """None is what compaction took."""
    commits: dict[Partition, int] = field(default_factory=lambda: defaultdict(int))
    settled: dict[Partition, int] = field(default_factory=lambda: defaultdict(int))
    """Of a changelog: below here an owner has seen every record and repaired what it had to."""

    def append(self, topic: str, partition: int, key: bytes, value: bytes, headers: Headers = ()) -> int:
        log = self.logs[topic, partition]
        log.append(Raw(len(log), FIRST_MS + len(log), key, value, headers))
        return len(log) - 1

    def poll(self, topic: str, partition: int, start: int, most: int) -> Poll | None:
        records = [one for one in self.logs[topic, partition][start : start + most] if one is not None]
        return Poll(start, records, records[-1].offset + 1) if records else None

    def read(self, topic: str, partition: int, first: int = 0, end: int | None = None) -> Iterator[Raw]:
        return (record for record in self.logs[topic, partition][first:end] if record is not None)

    def records(self, topic: str) -> Iterator[Raw]:
        for partition in range(PARTITIONS):
            yield from self.read(topic, partition)

    def compact(self, topic: str, partition: int, end: int) -> None:
        """Keep, of the records below `end`, the last of each key: by position, as Kafka does."""
        log, seen = self.logs[topic, partition], set()
        for offset in range(end - 1, -1, -1):
            record = log[offset]
            if record is not None:
                if record.key in seen:
                    log[offset] = None
                seen.add(record.key)

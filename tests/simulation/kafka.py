"""A broker in a few dicts: logs, commits, changelogs; everything a stage can see of Kafka."""

from collections import defaultdict
from dataclasses import dataclass, field
from random import Random

from streams.engine.checkpoint import Records
from streams.engine.polls import Poll
from streams.engine.rows import Stored
from streams.engine.sending import Span, partition_of
from streams.engine.store import row_key, row_value, version_of

PARTITIONS = 2


class Crash(Exception):
    """The simulated process died here."""


@dataclass(frozen=True)
class Raw:
    """A record as aiokafka hands it out."""

    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes], ...] = ()


@dataclass
class Broker:
    """Logs by (topic, partition) and commits by the same."""

    logs: dict[tuple[str, int], list[Raw]] = field(default_factory=lambda: defaultdict(list))
    commits: dict[tuple[str, int], int] = field(default_factory=lambda: defaultdict(int))

    def append(self, topic: str, partition: int, key: bytes | None, value: bytes | None, headers=()) -> int:
        log = self.logs[topic, partition]
        log.append(Raw(len(log), 1_500_000_000_000 + len(log), key, value, tuple(headers)))
        return len(log) - 1

    def poll(self, topic: str, partition: int, start: int, most: int) -> Poll | None:
        records = self.logs[topic, partition][start : start + most]
        return Poll(start, records, records[-1].offset + 1) if records else None


class SimStore:
    """Durable rows of one partition, as RocksDB would keep them."""

    def __init__(self) -> None:
        self.values: dict[bytes, bytes] = {}
        self.changelog_offset = -1

    def read_one(self, group: bytes) -> bytes | None:
        value = self.values.get(row_key(group, b""))
        return None if value is None else value[8:]

    def read_group(self, group: bytes):
        prefix = row_key(group, b"")
        return [(key[len(prefix) :], value[8:]) for key, value in self.values.items() if key.startswith(prefix)]

    def read_all(self):
        for key, value in self.values.items():
            length = int.from_bytes(key[:2], "big")
            yield key[2 : 2 + length], key[2 + length :], value[8:]

    def write(self, rows: list[Stored], changelog_offset: int) -> None:
        for group, slot, version, payload in rows:
            self.values[row_key(group, slot)] = row_value(version, payload)
        self.changelog_offset = changelog_offset

    def recover(self, log: list[Raw], *, keep_highest: bool = True) -> None:
        """Read the rest of the changelog, as `streams.engine.store.Store` does."""
        for record in log[self.changelog_offset + 1 :]:
            known = self.values.get(record.key)
            if known is None or not keep_highest or version_of(known) <= version_of(record.value):
                self.values[record.key] = record.value
            self.changelog_offset = record.offset


class SimPorts:
    """What one owner sees: its stores, and a broker on which its sends can be cut short."""

    def __init__(self, broker: Broker, changelog: str, random: Random, crash_chance: float) -> None:
        self.broker = broker
        self.changelog = changelog
        self.random = random
        self.crash_chance = crash_chance
        self.stores: dict[int, SimStore] = {}
        self.keep_highest = True

    def store(self, partition: int) -> SimStore:
        store = self.stores.setdefault(partition, SimStore())
        store.recover(self.broker.logs[self.changelog, partition], keep_highest=self.keep_highest)
        return store

    def overshadowed(self, partition: int) -> list[tuple[bytes, bytes]]:
        del partition
        return []

    def committed(self, topic: str, partition: int) -> int:
        return self.broker.commits[topic, partition]

    def partitions(self, topic: str) -> int:
        del topic
        return PARTITIONS

    def partition_of(self, key: bytes, partitions: int) -> int:
        return partition_of(key, partitions)

    async def fence(self) -> None:
        """Always fresh: a stale owner that writes all the same is what is to be survived."""

    async def send(self, records: Records) -> dict[tuple[str, int], Span]:
        """Append all, or on a crash any prefix of each partition's run."""
        crash = self.random.random() < self.crash_chance
        spans = {}
        for (topic, partition), run in records.items():
            kept = run[: self.random.randint(0, len(run))] if crash else run
            offsets = [self.broker.append(topic, partition, *record) for record in kept]
            spans[topic, partition] = Span(offsets[0], offsets[-1], len(offsets)) if offsets else Span(0, -1, 0)
        if crash:
            raise Crash
        return spans

    async def changelog_written(self, partition: int, span: Span) -> None:
        """Nobody compacts here."""

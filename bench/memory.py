"""Ports for stages without Kafka and disk (`streams.engine.ports`), in lists and dicts.

Nothing is copied that a real worker would not copy, so only the stages' own work is measured: decoding,
folding, encoding rows and records.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from streams.engine.kafka.sending import partition_of
from streams.engine.layout import VERSION_BYTES, Stored, split_key
from streams.engine.records import Poll, Records, Span

PARTITIONS = 4
FIRST_MS = 1_500_000_000_000


class Raw(NamedTuple):
    """A record as aiokafka returns it."""

    offset: int
    timestamp: int
    key: bytes
    value: bytes
    headers: tuple[tuple[str, bytes], ...] = ()


class Logs:
    """Every topic and partition, and the positions of the stages that read them."""

    def __init__(self) -> None:
        self._records: dict[tuple[str, int], list[Raw]] = defaultdict(list)
        self._read: dict[tuple[str, int], int] = defaultdict(int)

    def append(self, records: Records) -> dict[tuple[str, int], Span]:
        spans: dict[tuple[str, int], Span] = {}
        for target, run in records.items():
            log = self._records[target]
            first = len(log)
            log += [Raw(first + number, FIRST_MS, *record) for number, record in enumerate(run)]
            spans[target] = Span(first, len(log) - 1, len(run))
        return spans

    def unread(self, topic: str) -> Iterator[tuple[int, Poll]]:
        """Records of each partition since the last call."""
        for partition in range(PARTITIONS):
            start = self._read[topic, partition]
            run = self._records[topic, partition][start:]
            self._read[topic, partition] = start + len(run)
            if run:
                yield partition, Poll(start, run, start + len(run))

    def records(self, topic: str) -> Sequence[Raw]:
        return [record for partition in range(PARTITIONS) for record in self._records[topic, partition]]


class MemoryStore:
    """The durable rows of one partition of one stage."""

    def __init__(self) -> None:
        self._groups: dict[bytes, dict[bytes, bytes]] = {}
        self._offset = -1

    def changelog_offset(self) -> int:
        return self._offset

    def read_one(self, group: bytes) -> bytes | None:
        return self._groups.get(group, {}).get(b"")

    def read_group(self, group: bytes) -> Iterator[tuple[bytes, bytes]]:
        yield from self._groups.get(group, {}).items()

    def read_all(self) -> Iterator[tuple[bytes, bytes, bytes]]:
        for group, slots in self._groups.items():
            for slot, payload in slots.items():
                yield group, slot, payload

    def write(self, rows: Iterable[Stored], changelog_offset: int) -> None:
        for key, value, _ in rows:
            group, slot = split_key(key)
            self._groups.setdefault(group, {})[slot] = value[VERSION_BYTES:]
        self._offset = changelog_offset

    def recover(self, records: object, changelog_offset: int) -> None:
        raise NotImplementedError("Nobody else writes here, so nothing is ever recovered.")

    def shadowed(self) -> list[tuple[bytes, bytes]]:
        return []


class MemoryPorts:
    """Ports of one stage; changelog and outputs go to the logs that all stages share."""

    def __init__(self, logs: Logs) -> None:
        self.sent: Counter[str] = Counter()
        """Records by topic."""
        self._logs = logs
        self._stores: dict[int, MemoryStore] = defaultdict(MemoryStore)

    def store(self, partition: int) -> MemoryStore:
        return self._stores[partition]

    def committed(self, topic: str, partition: int) -> None:
        """Nothing: every run starts empty."""

    def partitions(self, topic: str) -> int:
        del topic
        return PARTITIONS

    def partition_of(self, key: bytes, partitions: int) -> int:
        return partition_of(key, partitions)

    async def fence(self) -> None:
        """There is no group to belong to."""

    async def send(self, records: Records) -> dict[tuple[str, int], Span]:
        for (topic, _), run in records.items():
            self.sent[topic] += len(run)
        return self._logs.append(records)

    async def reread(self, partition: int, first: int, end: int) -> list[tuple[bytes, bytes]]:
        raise NotImplementedError("Nobody else writes here, so nothing is ever read back.")

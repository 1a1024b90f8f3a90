"""What a simulated process sees of the world; whoever runs it may stop it at every `turn`."""

from collections.abc import Generator, Iterator, Sequence
from random import Random
from typing import TypeVar

from streams.engine.kafka.sending import partition_of
from streams.engine.records import Records, Span
from tests.simulation.disk import SimStore
from tests.simulation.kafka import PARTITIONS, Broker

Disk = dict[int, SimStore]
T = TypeVar("T")


class turn:  # noqa: N801 - reads as what it is: `await turn()`
    """Everything else in the world may happen here, and this process may never come back."""

    def __await__(self) -> Generator[None]:
        yield


class SimPorts:
    """`streams.engine.ports.Ports` of one process of one stage."""

    def __init__(self, broker: Broker, changelog: str, random: Random, disk: Disk) -> None:
        self.broker = broker
        self.changelog = changelog
        self.random = random
        self.disk = disk
        self._committed: dict[tuple[str, int], int] = {}

    def assign(self, topic: str) -> None:
        """Read the commits; then bring the disk up to the changelog's end, as Faust does."""
        for partition in range(PARTITIONS):
            self._committed[topic, partition] = self.broker.commits[topic, partition]
            store = self.disk.setdefault(partition, SimStore())
            end = len(self.broker.logs[self.changelog, partition])
            rest = self._changelog(partition, store.changelog_offset() + 1, end)
            if end:
                store.recover(rest, end - 1)

    def _changelog(self, partition: int, first: int, end: int) -> list[tuple[bytes, bytes]]:
        return [(one.key, one.value) for one in self.broker.read(self.changelog, partition, first, end)]

    def store(self, partition: int) -> SimStore:
        return self.disk[partition]

    def committed(self, topic: str, partition: int) -> int:
        """As of the last assignment: a process that lost its partitions learns of no later commit."""
        return self._committed[topic, partition]

    def partitions(self, topic: str) -> int:
        del topic
        return PARTITIONS

    def partition_of(self, key: bytes, partitions: int) -> int:
        return partition_of(key, partitions)

    async def fence(self) -> None:
        """Never holds anybody back: what a late owner writes all the same is what must be survived."""
        await turn()

    async def send(self, records: Records) -> dict[tuple[str, int], Span]:
        """Append each run whole or in two pieces, the runs in any order."""
        spans: dict[tuple[str, int], Span] = {}
        targets = list(records)
        self.random.shuffle(targets)
        for target in targets:
            offsets: list[int] = []
            for piece in self._pieces(records[target]):
                offsets += [self.broker.append(*target, *record) for record in piece]
                await turn()
            spans[target] = Span(offsets[0], offsets[-1], len(offsets))
        return spans

    def _pieces(self, run: Sequence[T]) -> Iterator[Sequence[T]]:
        cut = self.random.randint(0, 2 * len(run))
        yield run[:cut]
        if cut < len(run):
            yield run[cut:]

    async def reread(self, partition: int, first: int, end: int) -> list[tuple[bytes, bytes]]:
        await turn()
        return self._changelog(partition, first, end)

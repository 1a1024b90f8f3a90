"""Ports that record their calls, and polls to feed a stage."""

import asyncio
from collections.abc import Iterable
from types import SimpleNamespace

from streams.engine.layout import Stored, split_key
from streams.engine.records import Poll, Records, Span


class RecordingPorts:
    """Acknowledge everything, and record the calls in their order."""

    def __init__(self, committed: int | None = None) -> None:
        self.calls: list[str] = []
        self._committed = committed
        self._ends: dict[tuple[str, int], int] = {}

    def store(self, partition: int) -> "RecordingPorts":
        del partition
        return self

    def committed(self, topic: str, partition: int) -> int | None:
        del topic, partition
        return self._committed

    def partitions(self, topic: str) -> int:
        del topic
        return 1

    def partition_of(self, key: bytes, partitions: int) -> int:
        del key, partitions
        return 0

    async def fence(self) -> None:
        self.calls.append("fence")

    async def send(self, records: Records) -> dict[tuple[str, int], Span]:
        spans = {}
        for target, run in records.items():
            self.calls.append(f"send {target[0]} {b' '.join(key[2:] or key for key, _, _ in run).decode()}")
            await asyncio.sleep(0)
            self.calls.append("acknowledged")
            first = self._ends.get(target, 0)
            self._ends[target] = first + len(run)
            spans[target] = Span(first, first + len(run) - 1, len(run))
        return spans

    async def reread(self, partition: int, first: int, end: int) -> list[tuple[bytes, bytes]]:
        raise AssertionError((partition, first, end))

    def changelog_offset(self) -> int:
        return -1

    def read_one(self, group: bytes) -> None:
        del group

    def read_group(self, group: bytes) -> list[tuple[bytes, bytes]]:
        del group
        return []

    def read_all(self) -> list[tuple[bytes, bytes, bytes]]:
        return []

    def write(self, rows: Iterable[Stored], changelog_offset: int) -> None:
        self.calls.append(
            f"store {b' '.join(split_key(key)[0] for key, *_ in rows).decode()} at {changelog_offset}"
        )

    def recover(self, records: Iterable[tuple[bytes, bytes]], changelog_offset: int) -> None:
        raise AssertionError((records, changelog_offset))

    def shadowed(self) -> list[tuple[bytes, bytes]]:
        return []


def poll(first: int, *values: bytes, key: bytes = b"k") -> Poll:
    records = [
        SimpleNamespace(offset=first + index, timestamp=0, key=key, value=value, headers=())
        for index, value in enumerate(values)
    ]
    return Poll(first, records, first + len(records))

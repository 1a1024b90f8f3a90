"""From the changelog's acknowledgement to durable rows: the store always holds what a recovery would bring.

For a moment somebody else may append to the same changelog: an owner that lost the partition and does not
know it yet, or its last request, late. That shows in the offsets, and then the changelog is read back as a
new owner would read it. Rows that went past us that way may be ahead of what was folded here.
"""

from collections.abc import Iterable
from typing import Protocol

from streams.engine.layout import Stored
from streams.engine.records import Records, Span
from streams.engine.rows import PartitionStore

Pairs = list[tuple[bytes, bytes]]
"""Changelog records, key and value."""


class WritableStore(PartitionStore, Protocol):
    """The durable rows of one partition."""

    def changelog_offset(self) -> int:
        """Offset of the last changelog record that is in here; -1 when there is none."""
        ...

    def write(self, rows: Iterable[Stored], changelog_offset: int) -> None: ...
    def recover(self, records: Pairs, changelog_offset: int) -> None:
        """Take changelog records in; of a row the highest version stays."""
        ...

    def shadowed(self) -> Pairs:
        """Rows, as changelog records, that a lower version lies on top of in the changelog."""
        ...


class ChangelogPorts(Protocol):
    async def send(self, records: Records) -> dict[tuple[str, int], Span]:
        """Return when every record is acknowledged."""
        ...

    async def reread(self, partition: int, first: int, end: int) -> Pairs:
        """Changelog records at offsets first..end-1, whoever wrote them."""
        ...


class Changelog:
    """One partition's changelog and store while the partition is ours."""

    def __init__(self, topic: str, partition: int, store: WritableStore, ports: ChangelogPorts) -> None:
        self._target = topic, partition
        self._store = store
        self._ports = ports
        self._end = store.changelog_offset() + 1
        self.owned = True
        """False once the partition is lost: then nothing may reach the store any more."""
        self.has_foreign_writes = False
        """Whether somebody else wrote too: the store may be ahead of the rows in memory."""

    async def persist(self, rows: list[Stored], span: Span) -> None:
        """Make rows durable that the changelog has at `span`."""
        others = await self._others(span)
        if self.owned and self.has_foreign_writes:
            self._store.recover([*((key, value) for key, value, _ in rows), *others], span.last)
            await self.rewrite()
        elif self.owned:
            self._store.write(rows, span.last)

    async def rewrite(self) -> None:
        """Append again what a lower version lies on top of, before compaction could take the higher."""
        while self.owned and (records := self._store.shadowed()):
            sent = await self._ports.send({self._target: [(key, value, ()) for key, value in records]})
            span = sent[self._target]
            others = await self._others(span)
            if self.owned:
                self._store.recover([*records, *others], span.last)

    async def _others(self, span: Span) -> Pairs:
        """What was appended since our last records, ours too, unless all of it is ours."""
        first, self._end = self._end, span.last + 1
        if self._end - first == span.records:
            return []
        self.has_foreign_writes = True
        return await self._ports.reread(self._target[1], first, self._end)

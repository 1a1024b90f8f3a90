"""Rows of one partition, made durable: the store always holds what a recovery from the changelog would give.

For a short time another process may append to the same changelog: one that has lost the partition and does
not know it yet, or whose last request arrives late. The acknowledged offsets show it. The changelog is then
read back, as a new owner would read it, and the store may be ahead of the rows in memory.
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
        """Offset of the last changelog record in the store; -1 when there is none."""
        ...

    def write(self, rows: Iterable[Stored], changelog_offset: int) -> None: ...
    def recover(self, records: Pairs, changelog_offset: int) -> None:
        """Merge changelog records in; of each row the highest version stays."""
        ...

    def shadowed(self) -> Pairs:
        """Rows, as changelog records, that have a later changelog record with a lower version."""
        ...


class ChangelogPorts(Protocol):
    async def send(self, records: Records) -> dict[tuple[str, int], Span]:
        """Return when every record is acknowledged."""
        ...

    async def reread(self, partition: int, first: int, end: int) -> Pairs:
        """Changelog records at offsets first..end-1, from any producer."""
        ...


class Changelog:
    """Changelog and store of an assigned partition."""

    def __init__(self, topic: str, partition: int, store: WritableStore, ports: ChangelogPorts) -> None:
        self._target = topic, partition
        self._store = store
        self._ports = ports
        self._end = store.changelog_offset() + 1
        self.owned = True
        """False once the partition is revoked: from then on nothing may be written to the store."""
        self.written_by_others = False
        """True if another producer wrote too: the store may be ahead of the rows in memory."""

    async def persist(self, rows: list[Stored], span: Span) -> None:
        """Write rows to the store that were appended to the changelog at `span`."""
        others = await self._reread_if_others_wrote(span)
        if self.owned and self.written_by_others:
            self._store.recover([*((key, value) for key, value, _ in rows), *others], span.last)
            await self.rewrite()
        elif self.owned:
            self._store.write(rows, span.last)

    async def rewrite(self) -> None:
        """Append shadowed rows again: compaction would keep only the later record with the lower version."""
        while self.owned and (records := self._store.shadowed()):
            sent = await self._ports.send({self._target: [(key, value, ()) for key, value in records]})
            span = sent[self._target]
            others = await self._reread_if_others_wrote(span)
            if self.owned:
                self._store.recover([*records, *others], span.last)

    async def _reread_if_others_wrote(self, span: Span) -> Pairs:
        """Read back all records appended since our previous ones; none if all of them are ours."""
        first, self._end = self._end, span.last + 1
        if self._end - first == span.records:
            return []
        self.written_by_others = True
        return await self._ports.reread(self._target[1], first, self._end)

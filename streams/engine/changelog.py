"""From the changelog's acknowledgement to durable rows: the store always holds what a recovery would bring.

For a moment somebody else may append to the same changelog: an owner that lost the partition and does not
know it yet, or its last request, late. That shows in the offsets, and then the changelog is read back as a
new owner would read it. Rows that went past us that way may be ahead of what was folded here.
"""

from collections.abc import Callable, Iterable
from typing import Protocol

from streams.engine.rows import PartitionStore, Stored
from streams.engine.sending import Records, Span
from streams.engine.store import changelog_record


class WritableStore(PartitionStore, Protocol):
    """The durable rows of one partition."""

    def changelog_offset(self) -> int:
        """Offset of the last changelog record that is in here; -1 when there is none."""
        ...

    def write(self, rows: Iterable[Stored], changelog_offset: int) -> None: ...
    def recover(self, records: Iterable[tuple[bytes, bytes]], changelog_offset: int) -> None:
        """Take changelog records in; of a row the highest version stays."""
        ...

    def shadowed(self) -> list[tuple[bytes, bytes]]:
        """Rows, as changelog records, that a lower version lies on top of in the changelog."""
        ...

    def rewritten(self, keys: Iterable[bytes], changelog_offset: int) -> None:
        """Hear that shadowed rows lie on top again."""
        ...


class ChangelogPorts(Protocol):
    async def send(self, records: Records) -> dict[tuple[str, int], Span]:
        """Return when every record is acknowledged."""
        ...

    async def reread(self, partition: int, first: int, end: int) -> list[tuple[bytes, bytes]]:
        """Changelog records at offsets first..end-1, whoever wrote them."""
        ...


class Changelog:
    """One partition's changelog and store while the partition is ours."""

    def __init__(self, topic: str, partition: int, store: WritableStore, ports: ChangelogPorts) -> None:
        self._target = topic, partition
        self._store = store
        self._ports = ports
        self._end = store.changelog_offset() + 1
        self.ours = True
        """False once the partition is lost: then nothing may reach the store any more."""
        self.disturbed = False
        """Whether somebody else wrote too: the store may be ahead of the rows in memory."""

    async def keep(self, rows: list[Stored], span: Span) -> None:
        """Make rows durable that the changelog has at `span`."""

        def write() -> None:
            if self.disturbed:
                self._store.recover(map(changelog_record, rows), span.last)
            else:
                self._store.write(rows, span.last)

        await self._settle(span, write)

    async def rewrite(self) -> None:
        """Append again what a lower version lies on top of, before compaction could take the higher."""
        shadowed = self._store.shadowed() if self.ours else []
        if shadowed:
            sent = await self._ports.send({self._target: [(key, value, ()) for key, value in shadowed]})
            span = sent[self._target]
            await self._settle(span, lambda: self._store.rewritten([key for key, _ in shadowed], span.last))

    async def _settle(self, span: Span, write: Callable[[], None]) -> None:
        first, self._end = self._end, span.last + 1
        if not self.ours:
            return
        if self._end - first == span.records:
            write()
        else:
            records = await self._ports.reread(self._target[1], first, span.last + 1)
            if not self.ours:
                return
            self.disturbed = True
            self._store.recover(records, span.last)
        if self.disturbed:
            await self.rewrite()

"""The loop of a stage: polls in, work in memory, checkpoints out.

The order of a checkpoint is what makes the stage exact: outputs acknowledged, then the changelog, then one
write to RocksDB with the changelog's offset in it, then the ack. So a durable row proves that all it caused
is out, and an input at or below its row's version can be skipped in silence.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from time import monotonic
from typing import Any, NamedTuple, Protocol

from streams.engine.polls import Poll
from streams.engine.rows import CachedRows, Codec, PartitionStore, Stored
from streams.engine.sending import KeyValue, Span
from streams.engine.store import changelog_record
from streams.step import Fold, Record

DIRTY_ROWS = 50_000
"""Rows to write that make a checkpoint due."""
CHECKPOINT_S = 0.5
"""Time after which a checkpoint is due under backlog; without backlog it comes at once."""
SLICE_S = 0.02
"""Time of folding after which the event loop gets its turn."""

Records = dict[tuple[str, int], list[KeyValue]]


class StageSpec(NamedTuple):
    """One stage: where it reads, where its table's changes go, how its rows are packed, its step."""

    name: str
    topic: str
    changelog: str
    codec: Codec[Any]
    fold: Callable[[CachedRows[Any], int], Fold]
    """Makes the step of one partition over its rows."""


class WritableStore(PartitionStore, Protocol):
    """The durable rows of one partition."""

    def write(self, rows: Iterable[Stored], changelog_offset: int) -> None: ...


class Ports(Protocol):
    """All that a stage needs of the world; Faust and Kafka in life, a few dicts in a simulation."""

    def store(self, partition: int) -> WritableStore: ...
    def overshadowed(self, partition: int) -> list[tuple[bytes, bytes]]:
        """Changelog records, taken over with the partition, that a lower version lies on top of."""
        ...

    def committed(self, topic: str, partition: int) -> int | None:
        """Offset that the group has committed; None when it never did."""
        ...

    def partitions(self, topic: str) -> int: ...
    def partition_of(self, key: bytes, partitions: int) -> int: ...
    async def fence(self) -> None:
        """Return when this process may write: its membership of the group is fresh."""
        ...

    async def send(self, records: Records) -> dict[tuple[str, int], Span]:
        """Return when every record is acknowledged."""
        ...

    async def changelog_written(self, partition: int, span: Span) -> None:
        """Hear where changelog records came to lie, to notice those of somebody else among them."""
        ...


class FoldError(Exception):
    """A fold raised: names the record, so that a person can look at it."""


class _Tenure:
    """A partition while it is ours."""

    def __init__(self, spec: StageSpec, ports: Ports, partition: int) -> None:
        self.store = ports.store(partition)
        self.rows: CachedRows[Any] = CachedRows(self.store, spec.codec)
        self.fold = spec.fold(self.rows, partition)
        self.fold.restore()
        self.next_offset = ports.committed(spec.topic, partition)


class Stage:
    """Folds polls of its partitions and checkpoints them; one task, one poll at a time.

    Parameters
    ----------
    spec: the stage.
    ports: the world.
    """

    def __init__(self, spec: StageSpec, ports: Ports) -> None:
        self.spec = spec
        self._ports = ports
        self._tenures: dict[int, _Tenure] = {}
        self._unacked: list[Callable[[], Awaitable[object] | object]] = []
        self._checkpointed_at = monotonic()
        self.folded = 0
        """Records folded since the start."""

    async def feed(self, partition: int, poll: Poll, ack: Callable[[], object]) -> None:
        """Fold one poll; `ack` is called once all of it is durable."""
        tenure = self._tenures.get(partition) or await self._take_over(partition)
        if tenure.next_offset is not None and tenure.next_offset not in (poll.start, poll.records[0].offset):
            raise FoldError(
                f"{self.spec.topic}/{partition}: records between offset {tenure.next_offset} and "
                f"{poll.records[0].offset} are missing. Nothing was skipped; start the worker again."
            )
        await self._fold(partition, tenure, poll)
        if self._tenures.get(partition) is tenure:
            tenure.next_offset = poll.end
            self._unacked.append(ack)

    async def _take_over(self, partition: int) -> _Tenure:
        again = self._ports.overshadowed(partition)
        if again:
            await self._ports.send(
                {(self.spec.changelog, partition): [(key, value, ()) for key, value in again]}
            )
        tenure = self._tenures[partition] = _Tenure(self.spec, self._ports, partition)
        return tenure

    async def _fold(self, partition: int, tenure: _Tenure, poll: Poll) -> None:
        step, turn = tenure.fold.step, monotonic()
        for raw in poll.records:
            record = Record(raw.offset, raw.timestamp, raw.key, raw.value, raw.headers)
            try:
                slices = step(record)
                if slices is not None:
                    for _ in slices:
                        await asyncio.sleep(0)
            except Exception as error:
                raise FoldError(
                    f"{self.spec.topic}/{partition} offset {raw.offset}: stage {self.spec.name} failed on "
                    f"this record ({error!r}). Nothing of it was kept; mend the cause and start again."
                ) from error
            if monotonic() - turn > SLICE_S:
                await asyncio.sleep(0)
                turn = monotonic()
        self.folded += len(poll.records)

    def due(self, *, backlog: bool) -> bool:
        """Whether a checkpoint should be made now, given whether more polls are waiting."""
        if not backlog or monotonic() - self._checkpointed_at >= CHECKPOINT_S:
            return True
        return sum(tenure.rows.dirty for tenure in self._tenures.values()) >= DIRTY_ROWS

    async def checkpoint(self) -> None:
        """Make all that was folded durable, in the one right order, and ack it."""
        if self._unacked:
            tenures = dict(self._tenures)
            await self._ports.fence()
            await self._send_outputs(tenures)
            dirty = {partition: tenure.rows.take_dirty() for partition, tenure in tenures.items()}
            await self._write(tenures, {partition: caused for partition, (caused, _) in dirty.items()})
            await self._write(tenures, {partition: causes for partition, (_, causes) in dirty.items()})
            self._ack(tenures)
        self._checkpointed_at = monotonic()

    def _ack(self, tenures: dict[int, _Tenure]) -> None:
        if self._tenures == tenures:
            unacked, self._unacked = self._unacked, []
            for ack in unacked:
                ack()
            for tenure in tenures.values():
                tenure.rows.trim()

    async def _send_outputs(self, tenures: dict[int, _Tenure]) -> None:
        records: Records = {}
        for tenure in tenures.values():
            for topic, key, value, fixed, headers in tenure.fold.outputs():
                partition = fixed
                if partition is None:
                    partition = self._ports.partition_of(key, self._ports.partitions(topic))
                records.setdefault((topic, partition), []).append((key, value, headers))
        if records:
            await self._ports.send(records)

    async def _write(self, tenures: dict[int, _Tenure], dirty: dict[int, list[Stored]]) -> None:
        """Append rows to the changelog, and when that is acknowledged, to the store."""
        records: Records = {
            (self.spec.changelog, partition): [(*changelog_record(row), ()) for row in rows]
            for partition, rows in dirty.items()
            if rows
        }
        if not records:
            return
        spans = await self._ports.send(records)
        for (_, partition), span in spans.items():
            tenure = tenures[partition]
            if self._tenures.get(partition) is tenure:
                tenure.store.write(dirty[partition], span.last)
                await self._ports.changelog_written(partition, span)

    def drop(self) -> None:
        """Forget every partition, as on a rebalance; what was not acked will be read again."""
        self._tenures.clear()
        self._unacked.clear()

"""The loop of a stage: polls in, folding in memory, outputs soon, checkpoints from time to time.

The order of a checkpoint makes the stage exact: outputs acknowledged, then the changelog, then one write to
RocksDB with the changelog's offset in it, then the ack. So a durable row proves that its outputs were sent.

Outputs may be sent earlier than that order demands. They are flushed within milliseconds, for low latency;
rows wait for the next checkpoint, so that one that changes often is written once.
"""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from time import monotonic
from typing import Any

from streams.engine.assigned_partition import AssignedPartition
from streams.engine.failures import fold_error
from streams.engine.layout import Stored
from streams.engine.observing import Observer, Unobserved, earlier, oldest_origin_ms, stamp_origin_time
from streams.engine.pace import MAX_FOLDED_BYTES, SETTLE_S, Pace, arrives_within
from streams.engine.ports import Ports, StageSpec
from streams.engine.records import KeyValue, Poll, Records
from streams.engine.rows import CACHED_GROUPS

MAX_DIRTY_ROWS = 50_000
"""Rows to write at which a checkpoint is due."""
MAX_CACHE_RATIO = 2
"""Groups in memory at which one is due, as a multiple of those that may stay."""
SLICE_S = 0.02
"""Folding time after which other tasks get a turn of the event loop."""


class Stage:
    """Folds polls of its partitions and checkpoints them; one task, one poll at a time.

    Parameters
    ----------
    spec: the stage.
    ports: Kafka and the store.
    clock: seconds from any origin; decides only when to yield and when to checkpoint.
    observer: notified of what is sent and of each checkpoint.
    cached_groups: number of groups of rows that may stay decoded in memory, over all partitions.
    """

    def __init__(
        self,
        spec: StageSpec,
        ports: Ports,
        clock: Callable[[], float] = monotonic,
        observer: Observer | None = None,
        cached_groups: int = CACHED_GROUPS,
    ) -> None:
        self.spec = spec
        self._cached_groups = cached_groups
        self._ports = ports
        self._clock = clock
        self._observer = observer or Unobserved()
        self._origin_ms: int | None = None
        self._assigned: dict[int, AssignedPartition] = {}
        self._unacked: list[Callable[[], Awaitable[object] | object]] = []
        self._pace = Pace(clock)
        self._yielded_at = self._clock()
        self.folded = 0
        """Records folded since the start."""
        self.yields = 0
        """Times that folding yielded to other tasks, also in the middle of a record."""
        self.newest_ms = 0
        """Timestamp of the newest input record folded."""

    @property
    def cached_rows(self) -> int:
        """Decoded rows in memory."""
        return sum(assigned.rows.cached for assigned in self._assigned.values())

    async def feed(self, partition: int, poll: Poll, ack: Callable[[], object]) -> None:
        """Fold one poll; `ack` is called once all of it is durable."""
        assigned = self._assigned.get(partition) or await self._assign(partition)
        if not assigned.changelog.owned:
            return
        await self._fold(assigned, assigned.unprocessed(poll))
        if self._assigned.get(partition) is assigned:
            self._pace.folded(len(poll.records), poll.value_bytes)
            assigned.next_offset = max(poll.end, assigned.next_offset or 0)
            self._unacked.append(ack)
            self.newest_ms = max(self.newest_ms, poll.newest_ms)
            oldest = oldest_origin_ms(poll, external_input=self.spec.external_input)
            self._origin_ms = earlier(self._origin_ms, oldest)

    async def _assign(self, partition: int) -> AssignedPartition:
        committed = self._ports.committed(self.spec.topic, partition)
        assigned = self._assigned[partition] = AssignedPartition(self.spec, self._ports, partition, committed)
        await assigned.changelog.rewrite()
        return self._reloaded(partition, assigned)

    def _reloaded(self, partition: int, assigned: AssignedPartition) -> AssignedPartition:
        """The partition, loaded again if its store may be ahead of memory. No row may be dirty."""
        if assigned.changelog.written_by_others and self._assigned.get(partition) is assigned:
            assigned = AssignedPartition(self.spec, self._ports, partition, assigned.next_offset)
            self._assigned[partition] = assigned
        return assigned

    async def _fold(self, assigned: AssignedPartition, records: Sequence[Any]) -> None:
        step = assigned.fold.step
        for record in records:
            try:
                slices = step(record)
                if slices is not None:
                    for _ in slices:
                        if not await self._yield_to_loop(assigned):
                            return
            except Exception as error:
                raise fold_error(assigned.position(record.offset), "this record", error) from error
            if self._clock() - self._yielded_at > SLICE_S and not await self._yield_to_loop(assigned):
                return
        self.folded += len(records)

    async def _yield_to_loop(self, assigned: AssignedPartition) -> bool:
        """Let other tasks run; return whether the partition is still assigned afterwards."""
        self.yields += 1
        await asyncio.sleep(0)
        self._yielded_at = self._clock()
        return assigned.changelog.owned

    @property
    def due(self) -> bool:
        """True if a checkpoint must be made now, even if polls are waiting."""
        rows = [assigned.rows for assigned in self._assigned.values()]
        return (
            self._pace.overdue
            or sum(one.dirty for one in rows) >= MAX_DIRTY_ROWS
            or sum(one.large_bytes for one in rows) >= MAX_FOLDED_BYTES
            or sum(one.groups for one in rows) > MAX_CACHE_RATIO * self._cached_groups
        )

    async def checkpoint_if_due(self) -> None:
        """Checkpoint or flush if it can wait no longer, even if the next poll is there."""
        if self.due:
            await self.checkpoint()
        elif self._pace.must_flush:
            await self.flush()

    async def on_idle(self, coming: "asyncio.Future[Any]") -> None:
        """Use the time until the next poll: flush after the linger time, then checkpoint if none arrives."""
        if self._pace.unsent and not await arrives_within(self._pace.lingers_s, coming):
            await self.flush()
        if self._unacked and not await arrives_within(SETTLE_S, coming):
            await self.checkpoint()

    async def flush(self) -> None:
        """Send the outputs of what was folded; return when they are acknowledged. No input is acked."""
        if self._pace.unsent:
            await self._ports.fence()
            await self._send_outputs(dict(self._assigned))

    async def checkpoint(self) -> None:
        """Make all that was folded durable, in the order above, and ack it."""
        if not self._unacked:
            return
        started = self._clock()
        await self._ports.fence()
        all_assigned = dict(self._assigned)
        await self._send_outputs(all_assigned)
        dirty = {partition: assigned.take_dirty() for partition, assigned in all_assigned.items()}
        await self._write(all_assigned, {partition: first for partition, (first, _) in dirty.items()})
        await self._write(all_assigned, {partition: last for partition, (_, last) in dirty.items()})
        self._ack(all_assigned)
        took_s = self._clock() - started
        self._pace.checkpointed(took_s)
        self._observer.checkpointed(self.spec.name, took_s)

    def _ack(self, all_assigned: dict[int, AssignedPartition]) -> None:
        if self._assigned == all_assigned:
            unacked, self._unacked = self._unacked, []
            self._pace.acked()
            for ack in unacked:
                ack()
            for partition, assigned in all_assigned.items():
                self._reloaded(partition, assigned).rows.trim(self._cached_groups // len(all_assigned))

    async def _send_outputs(self, all_assigned: dict[int, AssignedPartition]) -> None:
        started = self._clock()
        records: defaultdict[tuple[str, int], list[KeyValue]] = defaultdict(list)
        for assigned in all_assigned.values():
            for topic, key, value, fixed, headers in assigned.outputs():
                partition = fixed
                if partition is None:
                    partition = self._ports.partition_of(key, self._ports.partitions(topic))
                records[topic, partition].append((key, value, headers))
        origin_ms, self._origin_ms = self._origin_ms, None
        self._pace.sending()
        if records:
            stamp_origin_time(records, origin_ms, self.spec.downstream_topics)
            await self._ports.send(records)
            self._observer.sent(self.spec.name, records, origin_ms)
            self._pace.sent(self._clock() - started)

    async def _write(
        self, all_assigned: dict[int, AssignedPartition], dirty: dict[int, list[Stored]]
    ) -> None:
        """Append rows to the changelog; once they are acknowledged, write them to the store."""
        records: Records = {
            (self.spec.changelog, partition): rows
            for partition, rows in dirty.items()
            if rows and all_assigned[partition].changelog.owned
        }
        if not records:
            return
        spans = await self._ports.send(records)
        for (_, partition), span in spans.items():
            await all_assigned[partition].changelog.persist(dirty[partition], span)

    def drop(self) -> None:
        """Drop every partition, as on a rebalance; what was not acked will be read again."""
        for assigned in self._assigned.values():
            assigned.changelog.owned = False
        self._assigned.clear()
        self._unacked.clear()
        self._pace.acked()
        self._origin_ms = None

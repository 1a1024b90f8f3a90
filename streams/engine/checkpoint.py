"""The loop of a stage: polls in, work in memory, outputs soon, checkpoints from time to time.

The order of a checkpoint is what makes the stage exact: outputs acknowledged, then the changelog, then one
write to RocksDB with the changelog's offset in it, then the ack. So a durable row proves that all it caused
is out, and an input at or below its row's version can be skipped in silence.

Only the last of these orders says when outputs must be out, not how long before. So they are flushed within
milliseconds, for whoever waits for them, while rows that change again and again are written once in a while.
"""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from time import monotonic
from typing import Any

from streams.engine.failures import failed
from streams.engine.layout import Stored
from streams.engine.observing import Observer, Unobserved, hand_on, older, oldest_cause
from streams.engine.pace import SETTLE_S, Pace, within
from streams.engine.polls import Poll
from streams.engine.ports import Ports, StageSpec
from streams.engine.records import KeyValue, Records
from streams.engine.rows import CACHED_GROUPS
from streams.engine.tenure import Tenure

DIRTY_ROWS = 50_000
"""Rows to write that make a checkpoint due."""
CROWDED = 2
"""How many times as many groups in memory as may stay there make one due."""
SLICE_S = 0.02
"""Time of folding after which the event loop gets its turn."""


class Stage:
    """Folds polls of its partitions and checkpoints them; one task, one poll at a time.

    Parameters
    ----------
    spec: the stage.
    ports: the world.
    clock: seconds from anywhere; only tells whether it is time for a yield or a checkpoint.
    observer: is told of each checkpoint.
    cached_groups: how many groups of rows may stay decoded in memory, in all partitions together.
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
        self._since_ms: int | None = None
        self._tenures: dict[int, Tenure] = {}
        self._unacked: list[Callable[[], Awaitable[object] | object]] = []
        self._pace = Pace(clock)
        self._turned_at = self._clock()
        self.folded = 0
        """Records folded since the start."""
        self.turns = 0
        """Times that folding let others run; grows also while one record takes long."""
        self.newest_ms = 0
        """Timestamp of the newest input record folded."""

    @property
    def cached_rows(self) -> int:
        """Rows held decoded in memory."""
        return sum(tenure.rows.cached for tenure in self._tenures.values())

    async def feed(self, partition: int, poll: Poll, ack: Callable[[], object]) -> None:
        """Fold one poll; `ack` is called once all of it is durable."""
        tenure = self._tenures.get(partition) or await self._take_over(partition)
        if not tenure.changelog.ours:
            return
        await self._fold(tenure, tenure.following(poll))
        if self._tenures.get(partition) is tenure:
            self._pace.folded(len(poll.records))
            tenure.next_offset = max(poll.end, tenure.next_offset or 0)
            self._unacked.append(ack)
            self.newest_ms = max(self.newest_ms, poll.newest_ms)
            oldest = oldest_cause(poll, from_outside=self.spec.from_outside)
            self._since_ms = older(self._since_ms, oldest)

    async def _take_over(self, partition: int) -> Tenure:
        committed = self._ports.committed(self.spec.topic, partition)
        tenure = self._tenures[partition] = Tenure(self.spec, self._ports, partition, committed)
        await tenure.changelog.rewrite()
        return self._renewed(partition, tenure)

    def _renewed(self, partition: int, tenure: Tenure) -> Tenure:
        """The tenure, read anew from its store if that may be ahead of memory; nothing may be unwritten."""
        if tenure.changelog.disturbed and self._tenures.get(partition) is tenure:
            tenure = Tenure(self.spec, self._ports, partition, tenure.next_offset)
            self._tenures[partition] = tenure
        return tenure

    async def _fold(self, tenure: Tenure, records: Sequence[Any]) -> None:
        step = tenure.fold.step
        for record in records:
            try:
                slices = step(record)
                if slices is not None:
                    for _ in slices:
                        if not await self._turn(tenure):
                            return
            except Exception as error:
                raise failed(tenure.place(record.offset), "this record", error) from error
            if self._clock() - self._turned_at > SLICE_S and not await self._turn(tenure):
                return
        self.folded += len(records)

    async def _turn(self, tenure: Tenure) -> bool:
        """Let others run; tell whether the partition is still ours after that."""
        self.turns += 1
        await asyncio.sleep(0)
        self._turned_at = self._clock()
        return tenure.changelog.ours

    @property
    def due(self) -> bool:
        """Whether a checkpoint has to be made, whatever waits."""
        rows = [tenure.rows for tenure in self._tenures.values()]
        return (
            self._pace.overdue
            or sum(one.dirty for one in rows) >= DIRTY_ROWS
            or sum(one.groups for one in rows) > CROWDED * self._cached_groups
        )

    async def unburden(self) -> None:
        """Write what must not wait any longer, though the next poll may be there."""
        if self.due:
            await self.checkpoint()
        elif self._pace.overfull:
            await self.flush()

    async def rest(self, coming: "asyncio.Future[Any]") -> None:
        """Use the time until the next poll comes: flush after a moment, checkpoint when nothing comes."""
        if self._pace.unsent and not await within(self._pace.lingers_s, coming):
            await self.flush()
        if self._unacked and not await within(SETTLE_S, coming):
            await self.checkpoint()

    async def flush(self) -> None:
        """Send what was folded has to say; return when it is acknowledged. Nothing is acked yet."""
        if self._pace.unsent:
            await self._ports.fence()
            await self._send_outputs(dict(self._tenures))

    async def checkpoint(self) -> None:
        """Make all that was folded durable, in the one right order, and ack it."""
        if not self._unacked:
            return
        started = self._clock()
        await self._ports.fence()
        tenures = dict(self._tenures)
        await self._send_outputs(tenures)
        dirty = {partition: tenure.take_dirty() for partition, tenure in tenures.items()}
        await self._write(tenures, {partition: caused for partition, (caused, _) in dirty.items()})
        await self._write(tenures, {partition: causes for partition, (_, causes) in dirty.items()})
        self._ack(tenures)
        took_s = self._clock() - started
        self._pace.checkpointed(took_s)
        self._observer.checkpointed(self.spec.name, took_s)

    def _ack(self, tenures: dict[int, Tenure]) -> None:
        if self._tenures == tenures:
            unacked, self._unacked = self._unacked, []
            self._pace.acked()
            for ack in unacked:
                ack()
            for partition, tenure in tenures.items():
                self._renewed(partition, tenure).rows.trim(self._cached_groups // len(tenures))

    async def _send_outputs(self, tenures: dict[int, Tenure]) -> None:
        started = self._clock()
        records: defaultdict[tuple[str, int], list[KeyValue]] = defaultdict(list)
        for tenure in tenures.values():
            for topic, key, value, fixed, headers in tenure.outputs():
                partition = fixed
                if partition is None:
                    partition = self._ports.partition_of(key, self._ports.partitions(topic))
                records[topic, partition].append((key, value, headers))
        since_ms, self._since_ms = self._since_ms, None
        self._pace.sending()
        if records:
            hand_on(records, since_ms, self.spec.hands_on)
            await self._ports.send(records)
            self._observer.sent(self.spec.name, records, since_ms)
            self._pace.sent(self._clock() - started)

    async def _write(self, tenures: dict[int, Tenure], dirty: dict[int, list[Stored]]) -> None:
        """Append rows to the changelog, and when that is acknowledged, to the store."""
        records: Records = {
            (self.spec.changelog, partition): rows
            for partition, rows in dirty.items()
            if rows and tenures[partition].changelog.ours
        }
        if not records:
            return
        spans = await self._ports.send(records)
        for (_, partition), span in spans.items():
            await tenures[partition].changelog.keep(dirty[partition], span)

    def drop(self) -> None:
        """Forget every partition, as on a rebalance; what was not acked will be read again."""
        for tenure in self._tenures.values():
            tenure.changelog.ours = False
        self._tenures.clear()
        self._unacked.clear()
        self._pace.acked()
        self._since_ms = None

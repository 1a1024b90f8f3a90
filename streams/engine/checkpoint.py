"""The loop of a stage: polls in, work in memory, checkpoints out.

The order of a checkpoint is what makes the stage exact: outputs acknowledged, then the changelog, then one
write to RocksDB with the changelog's offset in it, then the ack. So a durable row proves that all it caused
is out, and an input at or below its row's version can be skipped in silence.
"""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from time import monotonic
from typing import Any

from streams.engine.failures import failed
from streams.engine.layout import Stored
from streams.engine.observing import Observer, Unobserved, hand_on, older, oldest_cause
from streams.engine.polls import Poll
from streams.engine.ports import Ports, StageSpec
from streams.engine.sending import KeyValue, Records
from streams.engine.tenure import Tenure

DIRTY_ROWS = 50_000
"""Rows to write that make a checkpoint due."""
CHECKPOINT_S = 2.0
"""Time after which a checkpoint is due under backlog; without backlog it comes at once."""
LINGER_MOST_S = 0.25
"""Longest wait for more polls before a checkpoint that nothing else makes due."""
LOOK_S = 0.002
"""Between two looks whether more polls have come."""
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
    """

    def __init__(
        self,
        spec: StageSpec,
        ports: Ports,
        clock: Callable[[], float] = monotonic,
        observer: Observer | None = None,
    ) -> None:
        self.spec = spec
        self._ports = ports
        self._clock = clock
        self._observer = observer or Unobserved()
        self._since_ms: int | None = None
        self._tenures: dict[int, Tenure] = {}
        self._unacked: list[Callable[[], Awaitable[object] | object]] = []
        self._checkpointed_at = self._clock()
        self._checkpoint_took_s = 0.0
        self._lingers_until = 0.0
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
            if not self._unacked:
                self._lingers_until = self._clock() + min(self._checkpoint_took_s, LINGER_MOST_S)
            tenure.next_offset = max(poll.end, tenure.next_offset or 0)
            self._unacked.append(ack)
            self.newest_ms = max(self.newest_ms, poll.records[-1].timestamp)
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
        step, turn = tenure.fold.step, self._clock()
        for record in records:
            try:
                slices = step(record)
                if slices is not None:
                    for _ in slices:
                        if not await self._turn(tenure):
                            return
            except Exception as error:
                raise failed(tenure.place(record.offset), "this record", error) from error
            if self._clock() - turn > SLICE_S:
                if not await self._turn(tenure):
                    return
                turn = self._clock()
        self.folded += len(records)

    async def _turn(self, tenure: Tenure) -> bool:
        """Let others run; tell whether the partition is still ours after that."""
        self.turns += 1
        await asyncio.sleep(0)
        return tenure.changelog.ours

    def due(self, *, backlog: bool) -> bool:
        """Whether a checkpoint should be made now, given whether more polls are waiting."""
        if not backlog or self._clock() - self._checkpointed_at >= CHECKPOINT_S:
            return True
        return sum(tenure.rows.dirty for tenure in self._tenures.values()) >= DIRTY_ROWS

    async def linger(self, waiting: Callable[[], bool]) -> None:
        """Wait for more polls while there are none: as long since the first one as the last checkpoint took.

        So a quiet stage answers within milliseconds, and a busy one, whose polls come small as it is fast,
        writes a row that changes three times in a row once.
        """
        while self._unacked and not waiting() and (left := self._lingers_until - self._clock()) > 0:  # noqa: ASYNC110  the queue is Faust's
            await asyncio.sleep(min(left, LOOK_S))

    async def checkpoint(self) -> None:
        """Make all that was folded durable, in the one right order, and ack it."""
        started = self._clock()
        if self._unacked:
            await self._ports.fence()
            tenures = dict(self._tenures)
            await self._send_outputs(tenures)
            dirty = {partition: tenure.take_dirty() for partition, tenure in tenures.items()}
            await self._write(tenures, {partition: caused for partition, (caused, _) in dirty.items()})
            await self._write(tenures, {partition: causes for partition, (_, causes) in dirty.items()})
            self._ack(tenures)
            self._observer.checkpointed(self.spec.name, self._clock() - started)
        self._checkpointed_at = self._clock()
        self._checkpoint_took_s = self._checkpointed_at - started

    def _ack(self, tenures: dict[int, Tenure]) -> None:
        if self._tenures == tenures:
            unacked, self._unacked = self._unacked, []
            for ack in unacked:
                ack()
            for partition, tenure in tenures.items():
                self._renewed(partition, tenure).rows.trim()

    async def _send_outputs(self, tenures: dict[int, Tenure]) -> None:
        records: defaultdict[tuple[str, int], list[KeyValue]] = defaultdict(list)
        for tenure in tenures.values():
            for topic, key, value, fixed, headers in tenure.outputs():
                partition = fixed
                if partition is None:
                    partition = self._ports.partition_of(key, self._ports.partitions(topic))
                records[topic, partition].append((key, value, headers))
        since_ms, self._since_ms = self._since_ms, None
        if records:
            hand_on(records, since_ms, self.spec.hands_on)
            await self._ports.send(records)
            self._observer.sent(self.spec.name, records, since_ms)

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
        self._since_ms = None

"""Runs of records on their way into record batches, and back as the offsets that they got."""

import asyncio
from collections import deque
from collections.abc import Sequence
from time import time

from aiokafka.record.default_records import DefaultRecordBatchBuilder

from streams.engine.records import KeyValue, Span

BATCH_BYTES = 512 * 1024
"""Size at which a record batch is closed."""

Target = tuple[str, int]
"""Topic and partition."""


class Run:
    """Records of one call for one partition."""

    def __init__(self, target: Target, records: Sequence[KeyValue], call: "Call") -> None:
        self.target = target
        self.records = records
        self.call = call
        self.taken = self.acknowledged = 0
        """Number of records in batches, and of those the number that were acknowledged."""
        self.first = -1

    def acknowledge(self, offset: int, records: int) -> None:
        """Note records at offsets from this one on."""
        self.first = offset if self.first < 0 else self.first
        self.acknowledged += records
        if self.acknowledged == len(self.records):
            self.call.finish(self.target, Span(self.first, offset + records - 1, self.acknowledged))


class Call:
    """One call of `send`, which waits until every run of it is acknowledged.

    It does not know its runs: such a cycle would keep all records sent until the garbage collector came by.
    """

    def __init__(self, runs: int) -> None:
        self.spans: dict[Target, Span] = {}
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._runs = runs

    def finish(self, target: Target, span: Span) -> None:
        self.spans[target] = span
        if len(self.spans) == self._runs and not self.done.done():
            self.done.set_result(None)

    def fail(self, error: BaseException) -> None:
        if not self.done.done():
            self.done.set_exception(error)


class Batch:
    """One record batch, with records of one run or several."""

    def __init__(self, waiting: deque[Run], codec: int) -> None:
        builder = DefaultRecordBatchBuilder(
            2,
            codec,
            is_transactional=0,
            producer_id=-1,
            producer_epoch=-1,
            base_sequence=0,
            batch_size=BATCH_BYTES,
        )
        self.parts: list[tuple[Run, int]] = []
        """The runs, and how many records of each are in the batch."""
        append, now_ms, size = builder.append, int(time() * 1_000), 0
        while waiting:
            run = waiting[0]
            begun = size
            for key, value, headers in run.records[run.taken :] if run.taken else run.records:
                if append(size, now_ms, key, value, [*headers]) is None:
                    break  # it is full
                size += 1
            if size > begun:
                run.taken += size - begun
                self.parts.append((run, size - begun))
            if run.taken < len(run.records):
                break
            waiting.popleft()
        self.encoded = builder.build()

    def acknowledge(self, offset: int) -> None:
        for run, records in self.parts:
            run.acknowledge(offset, records)
            offset += records

    def fail(self, error: BaseException) -> None:
        for run, _ in self.parts:
            run.call.fail(error)

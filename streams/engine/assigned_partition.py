"""A partition that is assigned to this process: its changelog, rows, fold and next offset."""

from collections.abc import Sequence
from typing import Any

from streams.engine.changelog import Changelog
from streams.engine.failures import FoldError, RecordPosition, fold_errors_at
from streams.engine.layout import Stored
from streams.engine.ports import Ports, StageSpec
from streams.engine.records import Poll
from streams.engine.rows import CachedRows
from streams.step import Out


class AssignedPartition:
    """Raises whatever the fold raises as a FoldError that names the record."""

    def __init__(self, spec: StageSpec, ports: Ports, partition: int, next_offset: int | None) -> None:
        store = ports.store(partition)
        self._spec = spec
        self._partition = partition
        self.next_offset = next_offset
        self.changelog = Changelog(spec.changelog, partition, store, ports)
        self.rows: CachedRows[Any] = CachedRows(store, spec.codec)
        self.fold = spec.fold(self.rows, partition)
        with fold_errors_at(self.position(next_offset), "the rows before this record"):
            self.fold.restore()

    def position(self, offset: int | None) -> RecordPosition:
        return RecordPosition(self._spec.name, self._spec.topic, self._partition, offset or 0)

    def unprocessed(self, poll: Poll) -> Sequence[Any]:
        """Records not folded yet: after a rebalance a poll may arrive twice. Raises FoldError on a gap."""
        if self.next_offset is None or poll.start == self.next_offset:
            return poll.records
        if poll.start > self.next_offset:
            raise FoldError(
                f"{self._spec.topic}/{self._partition}: records between offset {self.next_offset} and "
                f"{poll.start} are missing. Nothing was skipped; start the worker again.",
                self.position(self.next_offset),
            )
        return [record for record in poll.records if record.offset >= self.next_offset]

    def outputs(self) -> list[Out]:
        with fold_errors_at(self._last, "what follows from the records up to this one"):
            return self.fold.outputs()

    def take_dirty(self) -> tuple[list[Stored], list[Stored]]:
        with fold_errors_at(self._last, "the rows of the records up to this one"):
            return self.rows.take_dirty()

    @property
    def _last(self) -> RecordPosition:
        return self.position((self.next_offset or 1) - 1)

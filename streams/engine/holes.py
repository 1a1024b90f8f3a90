"""Runs of records with a hole in them: read again before they are believed.

On Apache Kafka an offset is missing only where a transaction or a compaction left it out. The embedded broker
moves a log's end before the records below it can be read, so that with several producers on one partition a
reader at the tail may be handed the later records without the earlier ones. Read again, they are there.
"""

from collections.abc import Sequence
from typing import Any

TRIES = 5
"""How often a hole is read again; after that it is taken for what the log really is."""


class Holes:
    """Remembers, by partition, the hole that is being read again."""

    def __init__(self) -> None:
        self._tried: dict[Any, tuple[int, int]] = {}

    def whole(
        self, partition: Any, position: int, run: Sequence[Any], natural_ms: float = 0.0
    ) -> tuple[Sequence[Any], int | None]:
        """The run up to its first hole, and the offset to read again from; None when there is no hole.

        A hole before a record with a timestamp below `natural_ms` is believed at once: compaction made it.

        >>> from types import SimpleNamespace as Record
        >>> run, again = Holes().whole("credit/0", 4, [Record(offset=4), Record(offset=6, timestamp=1)])
        >>> [record.offset for record in run], again
        ([4], 5)
        """
        if not run or run[-1].offset - position + 1 == len(run):
            return run, None
        expected = position
        for index, record in enumerate(run):
            if record.offset > expected and record.timestamp >= natural_ms:
                return self._again(partition, expected, run, index)
            expected = record.offset + 1
        return run, None

    def _again(
        self, partition: Any, missing: int, run: Sequence[Any], index: int
    ) -> tuple[Sequence[Any], int | None]:
        offset, tries = self._tried.get(partition, (missing, 0))
        tries = tries + 1 if offset == missing else 1
        if tries > TRIES:
            del self._tried[partition]
            return run, None
        self._tried[partition] = missing, tries
        return run[:index], missing

"""Records as a stage receives and sends them: polls in, runs of records out."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

KeyValue = tuple[bytes, bytes, tuple[tuple[str, bytes], ...]]
"""Key, value and headers."""
Records = Mapping[tuple[str, int], Sequence[KeyValue]]
"""By topic and partition, in the order in which they are appended there."""


class Poll(NamedTuple):
    """A range of one partition's offsets, read at once, with all committed records in it."""

    start: int
    """Offset from which it was read."""
    records: Sequence[Any]
    """Raw and in order (`streams.step.Record`); empty where all was aborted or a marker."""
    end: int
    """Offset from which the next poll is read."""

    @property
    def oldest_ms(self) -> int:
        """Timestamp of the first record, in milliseconds; 0 if there is none."""
        return self.records[0].timestamp if self.records else 0

    @property
    def newest_ms(self) -> int:
        """Timestamp of the last record, in milliseconds; 0 if there is none."""
        return self.records[-1].timestamp if self.records else 0

    @property
    def value_bytes(self) -> int:
        """Size of all values together."""
        return sum([len(record.value or b"") for record in self.records])


class Span(NamedTuple):
    """Offsets that a run of records got in its partition."""

    first: int
    last: int
    records: int
    """Number of records sent; less than the offsets in between if another producer wrote there too."""

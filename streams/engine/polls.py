"""What one poll brings of one partition."""

from collections.abc import Sequence
from typing import Any, NamedTuple


class Poll(NamedTuple):
    """A stretch of one partition that was read at once; between its ends there are no other records."""

    start: int
    """Offset from which it was read."""
    records: Sequence[Any]
    """Raw and in order (`streams.step.Record`); none where all that lay there was aborted or a marker."""
    end: int
    """Offset from which the next one will be read."""

    @property
    def oldest_ms(self) -> int:
        """Timestamp of the first record, in milliseconds; 0 where there is none."""
        return self.records[0].timestamp if self.records else 0

    @property
    def value_bytes(self) -> int:
        """Of all values together."""
        return sum([len(record.value or b"") for record in self.records])

    @property
    def newest_ms(self) -> int:
        """Timestamp of the last record, in milliseconds; 0 where there is none."""
        return self.records[-1].timestamp if self.records else 0

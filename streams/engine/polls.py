"""What one poll brings of one partition."""

from collections.abc import Sequence
from typing import Any, NamedTuple


class Poll(NamedTuple):
    """The records of one partition that one poll returned, raw and in order."""

    start: int
    """The consumer's position before the poll."""
    records: Sequence[Any]
    """aiokafka's `ConsumerRecord`s; never empty."""
    end: int
    """The consumer's position after it."""

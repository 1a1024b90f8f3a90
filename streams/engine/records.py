"""Records on their way out, and where they came to lie."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

KeyValue = tuple[bytes, bytes, tuple[tuple[str, bytes], ...]]
Records = Mapping[tuple[str, int], Sequence[KeyValue]]
"""By topic and partition, in the order in which they must lie there."""


class Span(NamedTuple):
    """Where a run of records came to lie in a partition."""

    first: int
    last: int
    records: int
    """How many were sent; fewer than lie between both ends if somebody else wrote there too."""

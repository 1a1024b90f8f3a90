"""Tells the refused lines of this run from records of others, which a busy cluster refuses beside them."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable

from models.intake.refusal import decode_rejected
from sinks.base import Batch
from sinks.foreign import REJECTED, decode_own
from streams.delivery import Apply

Log = tuple[str, int]
"""Topic and partition."""


class OwnRefusals:
    """Collects the positions of this run's lines and of refused records, in whatever order they arrive."""

    def __init__(self) -> None:
        self._sent: dict[Log, list[range]] = {}
        """Offsets of lines, ascending, as a producer's later records have higher offsets."""
        self._refused: dict[tuple[Log, int], str] = {}
        self._without_topic: Counter[str] = Counter()

    def record_sent(self, log: Log, offsets: range) -> None:
        """Lines of this run were written at these offsets."""
        self._sent.setdefault(log, []).append(offsets)

    def record_without_topic(self, reason: str) -> None:
        """A line was refused before it was sent to a topic."""
        self._without_topic[reason] += 1

    def collecting(self, apply: Apply[object]) -> Callable[[Batch], None]:
        """The same `apply`, which also records the positions of the batch's refused records."""

        def apply_and_collect(batch: Batch) -> None:
            apply(batch)
            for record in decode_own(decode_rejected, batch.rejected, REJECTED):
                if record.topic is not None and record.partition is not None and record.offset is not None:
                    self._refused[(record.topic, record.partition), record.offset] = record.reason

        return apply_and_collect

    def by_reason(self) -> dict[str, int]:
        """Number of refused lines of this run."""
        own = (reason for (log, offset), reason in self._refused.items() if self._is_own(log, offset))
        return dict(self._without_topic + Counter(own))

    def _is_own(self, log: Log, offset: int) -> bool:
        sent = self._sent.get(log, [])
        at = bisect_right(sent, offset, key=lambda offsets: offsets.start)
        return at > 0 and offset in sent[at - 1]

"""Which refused records are lines of this run: on a busy cluster those of others are refused beside them."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable

from sinks.base import Batch
from sinks.foreign import REJECTED, decode_own
from sinks.wire import decode_rejected
from streams.delivery import Take

Log = tuple[str, int]
"""Topic and partition."""


class OwnRefusals:
    """Notes where the lines lie and which places were refused, in whatever order the two become known."""

    def __init__(self) -> None:
        self._sent: dict[Log, list[range]] = {}
        """Offsets of lines, ascending: a producer's later records lie above its earlier ones."""
        self._refused: dict[tuple[Log, int], str] = {}
        self._without_topic: Counter[str] = Counter()

    def lie(self, log: Log, offsets: range) -> None:
        """Lines of this run lie there."""
        self._sent.setdefault(log, []).append(offsets)

    def without_topic(self, reason: str) -> None:
        """A line was refused before it could lie anywhere."""
        self._without_topic[reason] += 1

    def noting(self, take: Take[object]) -> Callable[[Batch], None]:
        """The same taker, which also has the batch's refused records noted."""

        def taking(batch: Batch) -> None:
            take(batch)
            for record in decode_own(decode_rejected, batch.rejected, REJECTED):
                if record.topic is not None and record.partition is not None and record.offset is not None:
                    self._refused[(record.topic, record.partition), record.offset] = record.reason

        return taking

    def by_reason(self) -> dict[str, int]:
        """How many lines of this run were refused."""
        lying = (reason for (log, offset), reason in self._refused.items() if self._is_own(log, offset))
        return dict(self._without_topic + Counter(lying))

    def _is_own(self, log: Log, offset: int) -> bool:
        runs = self._sent.get(log, [])
        at = bisect_right(runs, offset, key=lambda run: run.start)
        return at > 0 and offset in runs[at - 1]

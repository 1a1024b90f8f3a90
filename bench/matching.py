"""Which live count was the first with a given enrollment in it: told from the logs, after the fact.

A count is a sum, so no record of `live-count` names its causes, but offsets chain them. A statement's version
is the offset, in the member's partition, of the record that decided it. A sum of that partition says up to
which such offset it goes. A live count says the same of the sums. So the first sum at or past the statement,
and the first count at or past that sum, are what brought the enrollment to whoever watches.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from aiokafka import ConsumerRecord

from models.instants import month_in_jakarta, parse
from models.statement import OFFSET_BITS, Statement, decode_live_count, decode_statement
from streams.attribution.messages import decode_sum
from streams.engine.kafka.sending import internal_partition_of

OFFSET = (1 << OFFSET_BITS) - 1

Source = tuple[str, int, str, str, str]
"""Campaign, partition of members, district, month, kind: whose sum it is."""


class Seen(NamedTuple):
    """A record of `live-count`, as it came."""

    at: float
    value: bytes


class Steps(NamedTuple):
    """Ascending marks, and what stands at each."""

    marks: list[int]
    values: list[float]

    def first_from(self, mark: int) -> float | None:
        """What stands at the first mark that is not below."""
        found = bisect_left(self.marks, mark)
        return self.values[found] if found < len(self.marks) else None


class Matcher:
    """The logs of a run, read to their ends.

    Parameters
    ----------
    partitions: of every topic.
    sums: records of the internal topic `tally`, each partition's in order.
    seen: what a watcher of `live-count` saw, in that order.
    """

    def __init__(self, partitions: int, sums: Iterable[ConsumerRecord], seen: Iterable[Seen]) -> None:
        self._partitions = partitions
        self._sums: Mapping[Source, Steps] = defaultdict(lambda: Steps([], []))
        for record in sums:
            one = decode_sum(record.value)
            steps = self._sums[record.key.decode(), one.partition, one.district, one.month, one.kind]
            steps.marks.append(one.version)
            steps.values.append(record.offset)
        self._counts: Mapping[str, Steps] = defaultdict(lambda: Steps([], []))
        for at, value in seen:
            count = decode_live_count(value)
            steps = self._counts[count.campaign_id]
            steps.marks.append(count.version & OFFSET)
            steps.values.append(at)

    def counted(self, statements: Iterable[ConsumerRecord]) -> Iterator[tuple[str, float]]:
        """Event ids of enrollments, and when the last count came that each changed at first.

        Of those that count at all, as the first of their member (a second one may change no count), and whose
        counts came while somebody watched.
        """
        first: dict[str, tuple[str, Statement]] = {}
        for record in statements:
            said = decode_statement(record.value)
            if said.enrollment_event_id is not None and said.status == "active":
                first.setdefault(said.member_id, (said.enrollment_event_id, said))
        for event_id, said in first.values():
            times = [self._counted_at(source, said.version & OFFSET) for source in self._sources(said)]
            known = [at for at in times if at is not None]
            if known and len(known) == len(times):
                yield event_id, max(known)

    def _sources(self, said: Statement) -> set[Source]:
        assert said.place is not None  # noqa: S101  an active statement has all three
        assert said.occurred_at is not None  # noqa: S101
        assert said.kind is not None  # noqa: S101
        partition = internal_partition_of(said.member_id.encode(), self._partitions)
        month = month_in_jakarta(parse(said.occurred_at))
        return {(line.campaign_id, partition, said.place[:5], month, said.kind) for line in said.lines}

    def _counted_at(self, source: Source, decided: int) -> float | None:
        summed = self._sums[source].first_from(decided)
        return None if summed is None else self._counts[source[0]].first_from(int(summed))

"""Finds the first live count that includes a given enrollment, from the logs, after a run.

A count is a sum, so no record of `live-count` names its causes, but offsets chain them. A statement's version
is the offset, in the member's partition, of the record that decided it. A sum of that partition has the last
such offset that it includes; a live count has the same for sums. So the enrollment first appears in the first
sum at or past the statement, and then in the first count at or past that sum.
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
"""Key of a sum: campaign, partition of members, district, month, kind."""


class Seen(NamedTuple):
    """A record of `live-count` and its time of arrival."""

    at: float
    value: bytes


class Steps(NamedTuple):
    """Values by ascending marks."""

    marks: list[int]
    values: list[float]

    def first_from(self, mark: int) -> float | None:
        """The value of the first mark that is not below."""
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
        """Event ids of enrollments, and the arrival of the last of the counts that first included them.

        Only first enrollments of a member (a second one may change no count) whose counts all arrived while
        they were watched.
        """
        first: dict[str, tuple[str, Statement]] = {}
        for record in statements:
            statement = decode_statement(record.value)
            if statement.enrollment_event_id is not None and statement.status == "active":
                first.setdefault(statement.member_id, (statement.enrollment_event_id, statement))
        for event_id, statement in first.values():
            times = [
                self._counted_at(source, statement.version & OFFSET) for source in self._sources(statement)
            ]
            arrived = [at for at in times if at is not None]
            if arrived and len(arrived) == len(times):
                yield event_id, max(arrived)

    def _sources(self, statement: Statement) -> set[Source]:
        assert statement.place is not None  # noqa: S101  an active statement has all three
        assert statement.occurred_at is not None  # noqa: S101
        assert statement.kind is not None  # noqa: S101
        partition = internal_partition_of(statement.member_id.encode(), self._partitions)
        month = month_in_jakarta(parse(statement.occurred_at))
        return {
            (line.campaign_id, partition, statement.place[:5], month, statement.kind)
            for line in statement.lines
        }

    def _counted_at(self, source: Source, decided: int) -> float | None:
        summed = self._sums[source].first_from(decided)
        return None if summed is None else self._counts[source[0]].first_from(int(summed))

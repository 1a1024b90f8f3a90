"""Stage `journey`, by subject: answers each enrollment of a person or a company with its touches."""

from collections.abc import Callable, Iterable, Iterator

import msgspec

from models.rules import Rules
from models.touches import Touch
from streams.attribution.messages import Answer, Reached, SubjectEnrolled, decode_journey, encode
from streams.step import Out, Record, Rows

SLICE = 1_000
"""Enrollments looked at between two yields."""


class EnrollmentRow(msgspec.Struct, frozen=True, array_like=True, tag="e", gc=False):
    version: int
    enrolled: SubjectEnrolled


class TouchRow(msgspec.Struct, frozen=True, array_like=True, tag="t", gc=False):
    version: int
    reached: Reached


JourneyRow = EnrollmentRow | TouchRow

decode_row = msgspec.msgpack.Decoder(JourneyRow).decode


class JourneyFold:
    """Marks the enrollments whose answer may have changed; `outputs` answers them.

    Parameters
    ----------
    rows: the partition's rows; a subject (`person:…`, `company:…`) has one group of enrollments and one of
        touches, so a new worker of a large company reads its few touches and not its many workers.
    rules: the lookbacks.
    member_topic, partition_of: topic of the answers, and the partition of a member on it.
    """

    def __init__(
        self, rows: Rows[JourneyRow], rules: Rules, member_topic: str, partition_of: Callable[[bytes], int]
    ) -> None:
        self._rows = rows
        self._lookback_us = {str(evidence): us for evidence, us in rules.lookback_us.items()}
        self._member_topic = member_topic
        self._partition_of = partition_of
        self._marked: dict[tuple[bytes, bytes], int] = {}

    def restore(self) -> None:
        """Nothing lives in memory only."""

    def step(self, record: Record) -> Iterator[None] | None:
        subject = record.key or b""
        message = decode_journey(record.value or b"")
        if isinstance(message, SubjectEnrolled):
            self._on_enrollment(subject, message, record.offset)
            return None
        return self._on_touch(subject, message, record.offset)

    def _on_enrollment(self, subject: bytes, enrolled: SubjectEnrolled, offset: int) -> None:
        group = b"e" + subject
        enrollments = self._rows.group(group)
        slot = enrolled.event_id.encode()
        known = enrollments.get(slot)
        if type(known) is EnrollmentRow and (
            known.version >= offset or known.enrolled.version >= enrolled.version
        ):
            return
        enrollments[slot] = EnrollmentRow(offset, enrolled)
        self._rows.write(group, slot)
        self._marked[subject, slot] = offset

    def _on_touch(self, subject: bytes, reached: Reached, offset: int) -> Iterator[None]:
        touches = self._rows.group(b"t" + subject)
        slot = f"{reached.touch.type}:{reached.touch.touch_id}".encode()
        known = touches.get(slot)
        windows = [self._window(reached.touch)]
        if type(known) is TouchRow:
            if known.version >= offset or known.reached.version >= reached.version:
                return
            windows.append(self._window(known.reached.touch))
        touches[slot] = TouchRow(offset, reached)
        enrollments = list(self._rows.group(b"e" + subject).items())
        for count, (enrollment, row) in enumerate(enrollments, start=1):
            if type(row) is EnrollmentRow:
                for first_us, last_us in windows:
                    if first_us <= row.enrolled.occurred_us <= last_us:
                        self._marked[subject, enrollment] = offset
            if count % SLICE == 0:
                yield
        self._rows.write(b"t" + subject, slot)

    def _window(self, touch: Touch) -> tuple[int, int]:
        """First and last instant of the enrollments for which the touch counts."""
        return touch.touched_us, touch.touched_us + self._lookback_us[touch.evidence]

    def outputs(self) -> list[Out]:
        marked, self._marked = self._marked, {}
        return [self._answer(subject, slot, offset) for (subject, slot), offset in marked.items()]

    def _answer(self, subject: bytes, slot: bytes, offset: int) -> Out:
        enrollment = self._rows.group(b"e" + subject)[slot]
        assert isinstance(enrollment, EnrollmentRow)  # noqa: S101 - the group holds nothing else
        enrolled = enrollment.enrolled
        known = self._rows.group(b"t" + subject)
        touches = self._counting(known.values(), enrolled.occurred_us) if known else ()
        answer = Answer(enrolled.event_id, subject.decode(), offset, enrolled.version, touches)
        key = enrolled.member_id.encode()
        return Out(self._member_topic, key, encode(answer), self._partition_of(key))

    def _counting(self, rows: Iterable[JourneyRow], occurred_us: int) -> tuple[Touch, ...]:
        touches = []
        for row in rows:
            if type(row) is TouchRow and row.reached.active:
                first_us, last_us = self._window(row.reached.touch)
                if first_us <= occurred_us <= last_us:
                    touches.append(row.reached.touch)
        return tuple(touches)

"""Stage `attribution`, by member: decides what is said of each member and sums it up for its partition."""

from collections.abc import Iterator

import msgspec

from models.rules import Rules
from models.touches import Touch
from streams.folds.messages import Answer, Enrolled, PlaceReached, Sum, decode_member, encode
from streams.folds.nearby import Nearby, PlaceTouches
from streams.folds.statement import Cell, Credit, Statement, answer_slot, answered, counting, journey, state
from streams.folds.sums import Sums
from streams.folds.wire import credit_record
from streams.step import Out, Record, Rows

PLACES = b"\x00places"
"""Group of the place touches; no member id starts with a control character."""
MEMBER = b""
"""The one slot of a member's group."""
SLICE = 1_000
"""Members restated between two yields."""


class MemberRow(msgspec.Struct, frozen=True, array_like=True, tag="m"):
    """All that is known and said of one member."""

    version: int
    enrollments: dict[str, Enrolled]
    answers: dict[str, Answer]
    said: Statement | None
    said_version: int
    decided_ms: int


class PlaceRow(msgspec.Struct, frozen=True, array_like=True, tag="p", gc=False):
    version: int
    reached: PlaceReached


AttributionRow = MemberRow | PlaceRow
decode_row = msgspec.msgpack.Decoder(AttributionRow).decode


class AttributionFold:
    """Restates a member when its enrollments, its answers or the place touches around it change.

    Parameters
    ----------
    rows: the partition's rows; a group is a member.
    partition: which one, named in the sums.
    rules: lookbacks, place share and the parameters of the credit models.
    generation: high bits of every version that leaves the stream, already shifted.
    credit_topic, tally_topic: where statements and sums go.
    """

    def __init__(  # noqa: PLR0913 - one wiring place, each named once
        self,
        rows: Rows[AttributionRow],
        partition: int,
        rules: Rules,
        *,
        generation: int,
        credit_topic: str,
        tally_topic: str,
    ) -> None:
        self._rows = rows
        self._partition = partition
        self._rules = rules
        self._generation = generation
        self._credit_topic = credit_topic
        self._tally_topic = tally_topic
        self._touches = PlaceTouches(rules.lookback_us["place"])
        self._nearby = Nearby(rules.lookback_us["place"])
        self._sums = Sums()
        self._folded = -1
        self._marked: dict[bytes, None] = {}

    def restore(self) -> None:
        for member, _, row in self._rows.scan():
            if type(row) is PlaceRow:
                self._touches.put(None, row.reached)
            elif type(row) is MemberRow:
                self._nearby.put(member, None, _counting(row))
                self._sums.move(None, row.said)
        self._sums.take_marked()

    def step(self, record: Record) -> Iterator[None] | None:
        message = decode_member(record.value or b"")
        if type(message) is PlaceReached:
            return self._reach(message, record)
        self._hear(record.key or b"", message, record)
        self._folded = record.offset
        return None

    def _hear(self, member: bytes, message: Enrolled | Answer, record: Record) -> None:
        group = self._rows.group(member)
        row = group.get(MEMBER)
        known = row if type(row) is MemberRow else MemberRow(-1, {}, {}, None, -1, 0)
        if known.version >= record.offset:
            return
        new = _with(known, message, record.offset)
        if new is None:
            return
        if new.enrollments is not known.enrollments:
            self._nearby.put(member, _counting(known), _counting(new))
        self._state(member, new, record)

    def _state(self, member: bytes, row: MemberRow, record: Record) -> None:
        said = self._decide(row)
        if said is not None and said != row.said:
            self._sums.move(row.said, said)
            row = MemberRow(
                record.offset, row.enrollments, row.answers, said, record.offset, record.timestamp_ms
            )
            self._marked[member] = None
        elif row.version < record.offset:
            return
        self._rows.group(member)[MEMBER] = row
        self._rows.write(member, MEMBER)

    def _decide(self, row: MemberRow) -> Statement | None:
        """What is to be said of the member now; None keeps what was said last."""
        status, enrolled, duplicates = counting(row.enrollments.values())
        if enrolled is None:
            return None if row.said is None else state(status, None, 0, (), self._rules)
        touches: list[Touch] = []
        if status == "active":
            if not answered(enrolled, row.answers):
                return None
            touches = journey(enrolled, row.answers) or self._touches.around(
                enrolled.place, enrolled.occurred_us
            )
        return state(status, enrolled, duplicates, touches, self._rules)

    def _reach(self, reached: PlaceReached, record: Record) -> Iterator[None]:
        """Fold a place touch: restate everyone that its old or its new reach holds, then keep it."""
        places = self._rows.group(PLACES)
        slot = reached.touch.touch_id.encode()
        known = places.get(slot)
        old = known.reached if type(known) is PlaceRow else None
        if known is None or (
            known.version < record.offset and old is not None and old.version < reached.version
        ):
            self._touches.put(old, reached)
            for restated, member in enumerate(self._nearby.members(old, reached), start=1):
                row = self._rows.group(member)[MEMBER]
                if type(row) is MemberRow and row.version < record.offset and _moved_by_places(row):
                    self._state(member, row, record)
                if restated % SLICE == 0:
                    yield
            places[slot] = PlaceRow(record.offset, reached)
            self._rows.write(PLACES, slot, cause=True)
        self._folded = record.offset

    def outputs(self) -> list[Out]:
        marked, self._marked = self._marked, {}
        outs = [self._sum(cell, *sums) for cell, sums in self._sums.take_marked()]
        outs.extend(self._statement(member) for member in marked)
        return outs

    def _sum(self, cell: Cell, credit: Credit, members: Credit) -> Out:
        campaign, district, month, kind = cell
        value = Sum(self._partition, district, month, kind, self._folded, credit, members)
        return Out(self._tally_topic, campaign.encode(), encode(value))

    def _statement(self, member: bytes) -> Out:
        row = self._rows.group(member)[MEMBER]
        assert isinstance(row, MemberRow)  # noqa: S101 - only members are marked
        assert row.said is not None  # noqa: S101 - marked when it was said
        version = self._generation + row.said_version
        value = credit_record(member.decode(), version, row.decided_ms, row.said)
        return Out(self._credit_topic, member, value)


def _with(row: MemberRow, message: Enrolled | Answer, offset: int) -> MemberRow | None:
    """The row with the message in its slot; None when what is there is as new."""
    enrollments, answers = row.enrollments, row.answers
    if isinstance(message, Enrolled):
        enrolled = enrollments.get(message.event_id)
        if enrolled is not None and enrolled.version >= message.version:
            return None
        enrollments = enrollments | {message.event_id: message}
    else:
        slot = answer_slot(message.event_id, message.subject)
        answer = answers.get(slot)
        if answer is not None and answer.version >= message.version:
            return None
        answers = answers | {slot: message}
    return MemberRow(offset, enrollments, answers, row.said, row.said_version, row.decided_ms)


def _moved_by_places(row: MemberRow) -> bool:
    """Whether a place touch can change what is said: not of a journey of its own, nor before all answered."""
    return row.said is not None and row.said.evidence in ("none", "place")


def _counting(row: MemberRow) -> Enrolled | None:
    """The active enrollment that counts: the one that place touches are looked up for."""
    status, enrolled, _ = counting(row.enrollments.values())
    return enrolled if status == "active" else None

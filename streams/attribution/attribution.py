"""Stage `attribution`, by member: decides what is said of each member and sums it up for its partition."""

from collections.abc import Iterator

import msgspec

from streams.attribution.messages import Answer, Enrolled, PlaceReached, Sum, decode_member, encode
from streams.attribution.nearby import Nearby, PlaceTouches
from streams.attribution.outcome import Outcome, Outcomes, credit_record
from streams.attribution.packed import CreditByModel, MembersByModel
from streams.attribution.statement import GONE_STATEMENT, Statement, answers_to, counting, journey, state
from streams.attribution.sums import Cell, Sums
from streams.step import Out, Record, Rows

PLACES = b"\x00places"
"""Group of the place touches; no member id starts with a control character."""
MEMBER = b""
"""The one slot of a member's group."""
SLICE = 1_000
"""Members restated between two yields."""


class MemberRow(msgspec.Struct, frozen=True, array_like=True, tag="m", gc=False):
    """All that is known and said of one member."""

    version: int
    enrollments: tuple[Enrolled, ...]
    answers: tuple[Answer, ...]
    said: Statement | None
    said_version: int
    decided_ms: int


class PlaceRow(msgspec.Struct, frozen=True, array_like=True, tag="p", gc=False):
    version: int
    reached: PlaceReached


AttributionRow = MemberRow | PlaceRow
NOBODY = MemberRow(-1, (), (), None, -1, 0)
"""A member of whom nothing is known."""
decode_row = msgspec.msgpack.Decoder(AttributionRow).decode


class AttributionFold:
    """Restates a member when its enrollments, its answers or the place touches around it change.

    Parameters
    ----------
    rows: the partition's rows; a group is a member.
    partition: which one, named in the sums.
    outcomes: what journeys earn, under one set of rules; one for all partitions of a process.
    generation: high bits of every version that leaves the stream, already shifted.
    credit_topic, tally_topic: where statements and sums go.
    """

    def __init__(  # noqa: PLR0913 - one wiring place, each named once
        self,
        rows: Rows[AttributionRow],
        partition: int,
        outcomes: Outcomes,
        *,
        generation: int,
        credit_topic: str,
        tally_topic: str,
    ) -> None:
        self._rows = rows
        self._partition = partition
        self._outcomes = outcomes
        self._generation = generation
        self._credit_topic = credit_topic
        self._tally_topic = tally_topic
        self._touches = PlaceTouches(outcomes.place_lookback_us)
        self._nearby = Nearby(outcomes.place_lookback_us)
        self._sums = Sums()
        self._folded = -1
        self._marked: dict[bytes, tuple[MemberRow, Statement, Outcome]] = {}

    def restore(self) -> None:
        for member, _, row in self._rows.scan():
            if type(row) is PlaceRow:
                self._touches.put(None, row.reached)
            elif type(row) is MemberRow and row.said is not None:
                self._put(member, row.said)
        self._sums.take_marked()

    def step(self, record: Record) -> Iterator[None] | None:
        message = decode_member(record.value or b"")
        if isinstance(message, PlaceReached):
            return self._reach(message, record)
        self._on_message(record.key or b"", message, record)
        self._folded = record.offset
        return None

    def _on_message(self, member: bytes, message: Enrolled | Answer, record: Record) -> None:
        group = self._rows.group(member)
        known = group.get(MEMBER, NOBODY)
        if type(known) is MemberRow and known.version < record.offset:
            new = _with(known, message, record.offset)
            if new is not known:
                group[MEMBER] = new
                self._rows.write(member, MEMBER)
                self._state(member, group, record)

    def _state(self, member: bytes, group: dict[bytes, AttributionRow], record: Record) -> None:
        """Say of the member what its row and the place touches now give, if that is something else."""
        row = group[MEMBER]
        if type(row) is not MemberRow:
            return
        said = self._decide(row)
        if said is None or said == row.said:
            return
        if row.said is not None:
            self._take(member, row.said)
        outcome = self._put(member, said)
        new = MemberRow(record.offset, row.enrollments, row.answers, said, record.offset, record.timestamp)
        group[MEMBER] = new
        self._marked[member] = new, said, outcome
        self._rows.write(member, MEMBER)

    def _decide(self, row: MemberRow) -> Statement | None:
        """What is to be said of the member now; None keeps what was said last."""
        status, enrolled, duplicates = counting(row.enrollments)
        if enrolled is None:
            return None if row.said is None else GONE_STATEMENT
        if status != "active":
            return state(status, enrolled, duplicates, ())
        answers = answers_to(enrolled, row.answers)
        if answers is None:
            return None
        touches = journey(enrolled, answers) or self._touches.around(enrolled.place, enrolled.occurred_us)
        return state(status, enrolled, duplicates, touches)

    def _put(self, member: bytes, said: Statement) -> Outcome:
        """Count a statement in, and the member among those near by if place touches can change it."""
        outcome = self._outcomes.of(said)
        self._sums.put(said, outcome)
        if outcome.depends_on_places:
            self._nearby.add(member, said.place, said.occurred_us)
        return outcome

    def _take(self, member: bytes, said: Statement) -> None:
        """Undo what `_put` did."""
        outcome = self._outcomes.of(said)
        self._sums.take(said, outcome)
        if outcome.depends_on_places:
            self._nearby.remove(member, said.place, said.occurred_us)

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
                group = self._rows.group(member)
                if group[MEMBER].version < record.offset:
                    self._state(member, group, record)
                if restated % SLICE == 0:
                    yield
            places[slot] = PlaceRow(record.offset, reached)
            self._rows.write(PLACES, slot, write_last=True)
        self._folded = record.offset

    def outputs(self) -> list[Out]:
        outs = [self._sum(*sums) for sums in self._sums.take_marked()]
        outs += [self._statement(member, *stated) for member, stated in self._marked.items()]
        self._marked.clear()
        return outs

    def _sum(self, cell: Cell, credit: CreditByModel, members: MembersByModel) -> Out:
        campaign, district, month, kind = cell
        value = Sum(self._partition, district, month, kind, self._folded, credit, members)
        return Out(self._tally_topic, campaign.encode(), encode(value))

    def _statement(self, member: bytes, row: MemberRow, said: Statement, outcome: Outcome) -> Out:
        version = self._generation + row.said_version
        value = credit_record(member.decode(), version, row.decided_ms, said, outcome)
        return Out(self._credit_topic, member, value)


def _with(row: MemberRow, message: Enrolled | Answer, offset: int) -> MemberRow:
    """The row with the message in its slot; the same row when what is there is as new."""
    enrollments, answers = row.enrollments, row.answers
    if isinstance(message, Enrolled):
        for enrolled in enrollments:
            if enrolled.event_id == message.event_id:
                if enrolled.version >= message.version:
                    return row
                enrollments = tuple(one for one in enrollments if one is not enrolled)
        enrollments = (*enrollments, message)
    else:
        for answer in answers:
            if answer.event_id == message.event_id and answer.subject == message.subject:
                if answer.version >= message.version:
                    return row
                answers = tuple(one for one in answers if one is not answer)
        answers = (*answers, message)
    return MemberRow(offset, enrollments, answers, row.said, row.said_version, row.decided_ms)

"""Stage `attribution`, by member: states each member's credit and sums it up for its partition."""

from collections.abc import Iterator
from typing import NamedTuple

import msgspec

from streams.attribution.membership import (
    GONE_MEMBERSHIP,
    Membership,
    answers_to,
    counting_enrollment,
    membership_of,
    named_touches,
)
from streams.attribution.messages import Answer, Enrolled, PlaceReached, Sum, decode_member, encode
from streams.attribution.nearby import Nearby, PlaceTouches
from streams.attribution.outcome import Outcome, Outcomes, credit_record
from streams.attribution.packed import CreditByModel, MembersByModel
from streams.attribution.sums import Cell, Sums
from streams.step import Out, Record, Rows

PLACES = b"\x00places"
"""Group of the place touches: no member id starts with a control character."""
MEMBER = b""
"""The only slot of a member's group."""
SLICE = 1_000
"""Members looked at between two yields."""


class MemberRow(msgspec.Struct, frozen=True, array_like=True, tag="m", gc=False):
    """Newest messages about one member, and the membership that was stated last.

    Versions are offsets in the topic `member`: of the record that changed the row, and that decided.
    """

    version: int
    enrollments: tuple[Enrolled, ...]
    answers: tuple[Answer, ...]
    stated: Membership | None
    stated_version: int
    decided_ms: int


class PlaceRow(msgspec.Struct, frozen=True, array_like=True, tag="p", gc=False):
    version: int
    """As in `MemberRow`; `reached.version` is an offset in the topic `outreach-event`."""
    reached: PlaceReached


AttributionRow = MemberRow | PlaceRow
NOBODY = MemberRow(-1, (), (), None, -1, 0)
"""Row of a member without messages."""
decode_row = msgspec.msgpack.Decoder(AttributionRow).decode


class AttributionTopics(NamedTuple):
    """Topics of the statements and of the sums."""

    credit: str
    tally: str


class AttributionFold:
    """Restates a member when its enrollments, its answers or the place touches around it change.

    Parameters
    ----------
    rows: the partition's rows; a group is a member.
    partition: its number, sent with the sums.
    outcomes: outcomes of journeys; one object for all partitions of a process.
    version_base: generation part of every version, added to an offset.
    topics: output topics.
    """

    def __init__(
        self,
        rows: Rows[AttributionRow],
        partition: int,
        outcomes: Outcomes,
        version_base: int,
        topics: AttributionTopics,
    ) -> None:
        self._rows = rows
        self._partition = partition
        self._outcomes = outcomes
        self._version_base = version_base
        self._credit_topic, self._tally_topic = topics
        self._touches = PlaceTouches(outcomes.place_lookback_us)
        self._nearby = Nearby(outcomes.place_lookback_us)
        self._sums = Sums()
        self._last_offset = -1  # of what was folded: the version of the sums
        self._marked: dict[bytes, tuple[MemberRow, Membership, Outcome]] = {}

    def restore(self) -> None:
        for member, _, row in self._rows.scan():
            if type(row) is PlaceRow:
                self._touches.put(None, row.reached)
            elif type(row) is MemberRow and row.stated is not None:
                self._add(member, row.stated)
        self._sums.pop_marked()

    def step(self, record: Record) -> Iterator[None] | None:
        message = decode_member(record.value or b"")
        if isinstance(message, PlaceReached):
            return self._on_place(message, record)
        self._on_message(record.key or b"", message, record)
        self._last_offset = record.offset
        return None

    def _on_message(self, member: bytes, message: Enrolled | Answer, record: Record) -> None:
        group = self._rows.group(member)
        known = group.get(MEMBER, NOBODY)
        if type(known) is MemberRow and known.version < record.offset:
            new = _merged(known, message, record.offset)
            if new is not known:
                group[MEMBER] = new
                self._rows.write(member, MEMBER)
                self._restate(member, group, record)

    def _restate(self, member: bytes, group: dict[bytes, AttributionRow], record: Record) -> None:
        """State the member's membership if its row and the place touches give another one now."""
        row = group[MEMBER]
        if type(row) is not MemberRow:
            return
        membership = self._decide(row)
        if membership is None or membership == row.stated:
            return
        if row.stated is not None:
            self._subtract(member, row.stated)
        outcome = self._add(member, membership)
        offset = record.offset
        new = MemberRow(offset, row.enrollments, row.answers, membership, offset, record.timestamp)
        group[MEMBER] = new
        self._marked[member] = new, membership, outcome
        self._rows.write(member, MEMBER)

    def _decide(self, row: MemberRow) -> Membership | None:
        """The membership by now; None while the one stated last remains valid."""
        status, enrolled, duplicates = counting_enrollment(row.enrollments)
        if enrolled is None:
            return None if row.stated is None else GONE_MEMBERSHIP
        if status != "active":
            return membership_of(status, enrolled, duplicates, ())
        answers = answers_to(enrolled, row.answers)
        if answers is None:
            return None
        named = named_touches(enrolled, answers)
        touches = named or self._touches.around(enrolled.place, enrolled.occurred_us)
        return membership_of(status, enrolled, duplicates, touches)

    def _add(self, member: bytes, membership: Membership) -> Outcome:
        """Add to the sums, and to the members near places if place touches can change the outcome."""
        outcome = self._outcomes.of(membership)
        self._sums.add(membership, outcome)
        if outcome.depends_on_places:
            self._nearby.add(member, membership.place, membership.occurred_us)
        return outcome

    def _subtract(self, member: bytes, membership: Membership) -> None:
        """Undo `_add`."""
        outcome = self._outcomes.of(membership)
        self._sums.subtract(membership, outcome)
        if outcome.depends_on_places:
            self._nearby.remove(member, membership.place, membership.occurred_us)

    def _on_place(self, reached: PlaceReached, record: Record) -> Iterator[None]:
        """Restate every member within the old or the new reach of a place touch, then store the touch."""
        places = self._rows.group(PLACES)
        slot = reached.touch.touch_id.encode()
        known = places.get(slot)
        offset, old = (known.version, known.reached) if type(known) is PlaceRow else (-1, None)
        if offset < record.offset and (old is None or old.version < reached.version):
            self._touches.put(old, reached)
            for count, member in enumerate(self._nearby.members(old, reached), start=1):
                group = self._rows.group(member)
                if group[MEMBER].version < record.offset:
                    self._restate(member, group, record)
                if count % SLICE == 0:
                    yield
            places[slot] = PlaceRow(record.offset, reached)
            self._rows.write(PLACES, slot, write_last=True)
        self._last_offset = record.offset

    def outputs(self) -> list[Out]:
        outs = [self._sum(*sums) for sums in self._sums.pop_marked()]
        outs += [self._statement(member, *marked) for member, marked in self._marked.items()]
        self._marked.clear()
        return outs

    def _sum(self, cell: Cell, credit: CreditByModel, members: MembersByModel) -> Out:
        campaign, district, month, kind = cell
        value = Sum(self._partition, district, month, kind, self._last_offset, credit, members)
        return Out(self._tally_topic, campaign.encode(), encode(value))

    def _statement(self, member: bytes, row: MemberRow, membership: Membership, outcome: Outcome) -> Out:
        version = self._version_base + row.stated_version
        value = credit_record(member.decode(), version, row.decided_ms, membership, outcome)
        return Out(self._credit_topic, member, value)


def _merged(row: MemberRow, message: Enrolled | Answer, offset: int) -> MemberRow:
    """The row with the message in it; the same row if it has this version of the message or a later one."""
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
    return MemberRow(offset, enrollments, answers, row.stated, row.stated_version, row.decided_ms)

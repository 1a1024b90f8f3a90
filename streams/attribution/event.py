"""Stages `enrollment`, `outreach`, `inspection`, by event: keep the newest accepted revision of each event.

The stages differ only in their `Reach`.
"""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import msgspec

from models.events import Event, canonical
from models.intake.judging import judge
from models.intake.refusal import RawRecord, Reason, Refusal, rejected_record
from models.places import Places
from streams.attribution.origin import Original, Position, fit_for_row, headers_to_resend, original_of
from streams.step import Out, Record, Rows

ACCEPTED = b""
"""The only slot of an event's group."""

Reach = Callable[[Event | None, Event, int], list[Out]]
"""(accepted revision before, accepted revision now, offset of its record) -> messages to all whom one of the
two reaches; whom only the first reached is told so. The offset is the messages' version."""


class EventRow(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """The accepted revision of an event, with its record, which a later conflict may still refuse."""

    version: int
    """Offset of the record in the input; `revision` is the app's."""
    revision: int
    recorded_us: int
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[Any, bytes | None], ...]
    """A name is str or bytes (`streams.step.Headers`): no type of msgspec tells them apart."""
    position: Position
    """Where it was first sent."""


decode_row = msgspec.msgpack.Decoder(EventRow).decode


class InputPartition(NamedTuple):
    """A partition of a public topic."""

    topic: str
    number: int
    partition_of: Callable[[bytes], int]
    """The partition of a key: a record in another partition is sent again with its right key."""


class EventTopics(NamedTuple):
    """Topics of the accepted revisions and of the refused records."""

    accepted: str
    rejected: str


class EventFold:
    """Judges each record: accepts it, sends it to its right partition, or refuses it.

    Parameters
    ----------
    rows: the partition's rows; a group is an event.
    source: the partition that is read.
    places: the known places.
    reach: the messages that follow from an accepted event.
    topics: output topics.
    """

    def __init__(
        self, rows: Rows[EventRow], source: InputPartition, places: Places, reach: Reach, topics: EventTopics
    ) -> None:
        self._rows = rows
        self._topic, self._partition, self._partition_of = source
        self._places = places
        self._reach = reach
        self._accepted_topic, self._rejected_topic = topics
        self._outs: list[Out] = []

    def restore(self) -> None:
        """Nothing lives in memory only."""

    def outputs(self) -> list[Out]:
        outs, self._outs = self._outs, []
        return outs

    def step(self, record: Record) -> Iterator[None] | None:
        verdict = judge(self._topic, record.value, self._places)
        if isinstance(verdict, Refusal):
            self._refuse(original_of(record, self._position(record)), record.value, verdict)
            return None
        event_id = verdict.event_id.encode()
        if self._partition_of(event_id) != self._partition:
            self._reroute(record, event_id)
        else:
            self._compare(record, event_id, verdict)
        return None

    def _compare(self, record: Record, event_id: bytes, event: Event) -> None:
        """Accept the event, refuse it, or ignore it, depending on the revision that is accepted so far."""
        accepted = self._rows.group(event_id).get(ACCEPTED)
        if accepted is None:
            self._accept(record, event_id, None, event, canonical(event))
        elif (
            record.offset > accepted.version
            and event.revision >= accepted.revision
            and record.value != accepted.value
        ):
            self._compare_content(record, event_id, accepted, event)

    def _compare_content(self, record: Record, event_id: bytes, accepted: EventRow, event: Event) -> None:
        """The same for an event of the same revision or a higher one, in other bytes."""
        before, text = self._reparse(accepted), canonical(event)
        if event.revision == accepted.revision:
            text_before = canonical(before)
            if text == text_before:
                return
            if (event.recorded_us, text) < (accepted.recorded_us, text_before):
                original = original_of(record, self._position(record), event_id)
                self._refuse(original, record.value, _conflict(before))
                return
            original = Original(accepted.key, accepted.headers, accepted.position)
            self._refuse(original, accepted.value, _conflict(event))
        self._accept(record, event_id, before, event, text)

    def _accept(
        self, record: Record, event_id: bytes, before: Event | None, event: Event, text: bytes
    ) -> None:
        self._outs += self._reach(before, event, record.offset)
        accepted_key = f"{event.type}:{event.event_id}".encode()
        self._outs.append(Out(self._accepted_topic, accepted_key, text, self._partition))
        self._rows.group(event_id)[ACCEPTED] = self._to_row(record, event_id, event)
        self._rows.write(event_id, ACCEPTED)

    def _reparse(self, accepted: EventRow) -> Event:
        event = judge(self._topic, accepted.value, self._places)
        assert not isinstance(event, Refusal)  # noqa: S101 - it was accepted by the same rules
        return event

    def _to_row(self, record: Record, event_id: bytes, event: Event) -> EventRow:
        """The record as it was first sent, as far as it fits into a row."""
        original = original_of(record, self._position(record), event_id)
        key, headers, position = fit_for_row(original, record.value)
        return EventRow(
            record.offset, event.revision, event.recorded_us, key, record.value, headers, position
        )

    def _reroute(self, record: Record, event_id: bytes) -> None:
        value = record.value or b""
        headers = headers_to_resend(original_of(record, self._position(record), event_id), value)
        self._outs.append(Out(self._topic, event_id, value, None, headers))

    def _position(self, record: Record) -> Position:
        return self._topic, self._partition, record.offset

    def _refuse(self, original: Original, record_value: bytes | None, refusal: Refusal) -> None:
        topic, partition, offset = original.position
        raw = RawRecord(original.key, record_value, original.headers)
        value = rejected_record(refusal, original.position, raw)
        self._outs.append(Out(self._rejected_topic, f"{topic}/{partition}/{offset}".encode(), value))


def _conflict(winner: Event) -> Refusal:
    error = (
        f"Another record of event {winner.event_id}, revision {winner.revision}, has other content and "
        "stands, as it was recorded later. To correct an event, send it with a higher revision."
    )
    return Refusal(Reason.CONFLICT, (error,))

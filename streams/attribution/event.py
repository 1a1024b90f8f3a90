"""Stages `enrollment`, `outreach`, `inspection`, by event: keep the newest accepted revision of each event.

The three differ only in what an event reaches; that is the function which each of them brings along.
"""

from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from models.events import Event, canonical
from models.intake.judging import judge
from models.intake.refusal import RawRecord, Reason, Refusal, rejected_record
from models.places import Places
from streams.attribution.origin import Came, Lay, came, kept, once_more
from streams.step import Out, Record, Rows

STANDING = b""
"""The one slot of an event's group."""

Reach = Callable[[Event | None, Event, int], list[Out]]
"""(what stood, what stands now, its version) -> all that has to be told, take-backs included."""


class EventRow(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """The standing revision of an event, with the record that brought it, for a later conflict."""

    version: int
    revision: int
    recorded_us: int
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[Any, bytes | None], ...]
    """A name is str or bytes (`streams.step.Headers`), which msgspec cannot tell in a type."""
    lay: Lay
    """Topic, partition and offset where it first lay."""


decode_row = msgspec.msgpack.Decoder(EventRow).decode


class EventFold:
    """Judges each record, keeps what stands, tells its reach, refuses the rest.

    Parameters
    ----------
    rows: the partition's rows; a group is an event.
    topic, partition: where the records lie.
    partition_of: the partition that a key belongs to; a record elsewhere is put back.
    places: the places that are known.
    reach: what a standing event has to tell.
    accepted_topic, rejected_topic: where newest revisions and refused records go.
    """

    def __init__(  # noqa: PLR0913 - one wiring place, each named once
        self,
        rows: Rows[EventRow],
        topic: str,
        partition: int,
        *,
        partition_of: Callable[[bytes], int],
        places: Places,
        reach: Reach,
        accepted_topic: str,
        rejected_topic: str,
    ) -> None:
        self._rows = rows
        self._topic = topic
        self._partition = partition
        self._partition_of = partition_of
        self._places = places
        self._reach = reach
        self._accepted_topic = accepted_topic
        self._rejected_topic = rejected_topic
        self._outs: list[Out] = []

    def restore(self) -> None:
        """Nothing lives in memory only."""

    def outputs(self) -> list[Out]:
        outs, self._outs = self._outs, []
        return outs

    def step(self, record: Record) -> Iterator[None] | None:
        verdict = judge(self._topic, record.value, self._places)
        if isinstance(verdict, Refusal):
            self._refuse(came(record, self._lay(record)), record.value, verdict)
            return None
        event_id = verdict.event_id.encode()
        if self._partition_of(event_id) != self._partition:
            self._reroute(record, event_id)
        else:
            self._weigh(record, event_id, verdict)
        return None

    def _weigh(self, record: Record, event_id: bytes, event: Event) -> None:
        """Let the event stand, or leave it, against the one of the same id that stands now."""
        standing = self._rows.group(event_id).get(STANDING)
        if standing is None:
            self._accept(record, event_id, None, event, canonical(event))
        elif (
            record.offset > standing.version
            and event.revision >= standing.revision
            and record.value != standing.value
        ):
            self._contend(record, event_id, standing, event)

    def _contend(self, record: Record, event_id: bytes, standing: EventRow, event: Event) -> None:
        """Weigh it against an event of the same revision or a lower one, sent in other bytes."""
        before, text = self._reparse(standing), canonical(event)
        if event.revision == standing.revision:
            text_before = canonical(before)
            if text == text_before:
                return
            if (event.recorded_us, text) < (standing.recorded_us, text_before):
                first = came(record, self._lay(record), event_id)
                self._refuse(first, record.value, _conflict(before))
                return
            stood = Came(standing.key, standing.headers, standing.lay)
            self._refuse(stood, standing.value, _conflict(event))
        self._accept(record, event_id, before, event, text)

    def _accept(
        self, record: Record, event_id: bytes, before: Event | None, event: Event, text: bytes
    ) -> None:
        self._outs += self._reach(before, event, record.offset)
        accepted_key = f"{event.type}:{event.event_id}".encode()
        self._outs.append(Out(self._accepted_topic, accepted_key, text, self._partition))
        self._rows.group(event_id)[STANDING] = self._row(record, event_id, event)
        self._rows.write(event_id, STANDING)

    def _reparse(self, standing: EventRow) -> Event:
        event = judge(self._topic, standing.value, self._places)
        assert not isinstance(event, Refusal)  # noqa: S101 - it was accepted by the same rules
        return event

    def _row(self, record: Record, event_id: bytes, event: Event) -> EventRow:
        """The record as it first came, as far as a row can keep it."""
        key, headers, lay = kept(came(record, self._lay(record), event_id), record.value)
        return EventRow(record.offset, event.revision, event.recorded_us, key, record.value, headers, lay)

    def _reroute(self, record: Record, event_id: bytes) -> None:
        value = record.value or b""
        headers = once_more(came(record, self._lay(record), event_id), value)
        self._outs.append(Out(self._topic, event_id, value, None, headers))

    def _lay(self, record: Record) -> Lay:
        return self._topic, self._partition, record.offset

    def _refuse(self, first: Came, record_value: bytes | None, refusal: Refusal) -> None:
        topic, partition, offset = first.lay
        value = rejected_record(refusal, first.lay, RawRecord(first.key, record_value, first.headers))
        self._outs.append(Out(self._rejected_topic, f"{topic}/{partition}/{offset}".encode(), value))


def _conflict(winner: Event) -> Refusal:
    told = (
        f"Another record of event {winner.event_id}, revision {winner.revision}, has other content and "
        "stands, as it was recorded later. To correct an event, send it with a higher revision."
    )
    return Refusal(Reason.CONFLICT, (told,))

"""The refused records of a store: which there are, and what would become of each if it were sent again."""

from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from typing import NamedTuple

import msgspec
from sqlalchemy import Connection, select

from models.events import EVENTS, Event
from models.intake.judging import judge, topic_of_line
from models.intake.masking import MASK
from models.intake.raw_bytes import text_to_bytes
from models.intake.refusal import Header, Reason, Refusal, Rejected
from models.places import Places
from models.tables.columns import table_of
from models.tables.rows import RejectedRow
from sinks.events.decide import Revision
from sinks.events.table import stored_revisions
from sinks.rejected.decide import digest
from streams.attribution.origin import Came, once_more
from streams.engine.kafka.sending import partition_of
from streams.engine.records import KeyValue, Records

ID_LENGTH = 8
"""Hexadecimal digits that tell a record from all others of a store."""

EventKey = tuple[str, str]


class Now(StrEnum):
    """What would become of a refused record if it were sent again."""

    READY = "ready"
    """It would be accepted."""
    DONE = "done"
    """Its event stands in the store, in this revision or a higher one."""
    REFUSED = "refused"
    """It would be refused again: the cause is still there."""
    CONFLICT = "conflict"
    """It lost against other content of the same revision, for good. A higher revision corrects an event."""
    MASKED = "masked"
    """A national id in it was hidden, so it is not what was sent. The app has to send it anew, without."""


class Item(NamedTuple):
    """A refused record."""

    id: str
    now: Now
    record: Rejected
    event: Event | None
    """What can be read in it by now."""

    @property
    def where(self) -> str:
        """Where it first lay."""
        said = self.record
        if said.topic is None:
            return f"{said.file}:{said.line}"
        return f"{said.topic}/{said.partition} offset {said.offset}"


def refused(connection: Connection, places: Places) -> list[Item]:
    """Every refused record of a store, by reason and by where it lay."""
    records = list(_records(connection))
    events = [None if _masked(said) else _event_in(said, places) for said in records]
    standing = stored_revisions(connection, {(event.type, event.event_id) for event in events if event})
    return [
        Item(digest(said)[:ID_LENGTH], _now(said, event, standing), said, event)
        for said, event in zip(records, events, strict=True)
    ]


def _records(connection: Connection) -> Iterator[Rejected]:
    table = table_of(RejectedRow)
    lay = (table.c.topic, table.c.partition, table.c.offset, table.c.file, table.c.line)
    for row in connection.execute(select(table).order_by(table.c.reason, *lay)):
        stored = row._asdict() | {"errors": _errors(row.errors), "headers": _headers(row.headers)}
        yield Rejected(**stored | {"reason": Reason(row.reason)})


_errors = msgspec.json.Decoder(tuple[str, ...]).decode
_headers = msgspec.json.Decoder(tuple[Header, ...]).decode


def _now(said: Rejected, event: Event | None, standing: Mapping[EventKey, Revision]) -> Now:
    if _masked(said):
        return Now.MASKED
    if said.reason == Reason.CONFLICT:
        return Now.CONFLICT
    if event is None:
        return Now.REFUSED
    stands = standing.get((event.type, event.event_id))
    return Now.DONE if stands and stands.revision >= event.revision else Now.READY


def _masked(said: Rejected) -> bool:
    return MASK in (text_to_bytes(said.value) or b"")


def _event_in(said: Rejected, places: Places) -> Event | None:
    """The event in a refused record, if it would be accepted now."""
    value = text_to_bytes(said.value)
    topic = said.topic or topic_of_line(value or b"")
    if isinstance(topic, Refusal) or topic not in EVENTS:
        return None
    verdict = judge(topic, value, places)
    return None if isinstance(verdict, Refusal) else verdict


def records_to_resend(items: Iterable[Item], partitions: int) -> Records:
    """The records as they came, for those that are ready, each with a header of where it first lay."""
    records: dict[tuple[str, int], list[KeyValue]] = {}
    for item in items:
        if item.now is Now.READY and item.event is not None:
            key = item.event.event_id.encode()
            target = item.event.type, partition_of(key, partitions)
            records.setdefault(target, []).append(
                (key, text_to_bytes(item.record.value) or b"", _own_headers(item))
            )
    return records


def _own_headers(item: Item) -> tuple[tuple[str, bytes], ...]:
    said = item.record
    if said.topic is None:
        return ()
    key, value, headers = said.raw()
    first = Came(key, tuple(headers), (said.topic, said.partition or 0, said.offset or 0))
    return once_more(first, value or b"")

"""The refused records of a store, and what would become of each if it were sent again."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any, Final, NamedTuple

import msgspec
from sqlalchemy import Connection, Row, select

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

ID_LENGTH = 8
"""Hexadecimal digits that identify a record within a store."""

EventKey = tuple[str, str]

_TABLE = table_of(RejectedRow)
RECORD: Final = tuple(_TABLE.c[name] for name in Rejected.__struct_fields__)
"""Columns of the table `rejected` that a record has."""


class Outcome(StrEnum):
    """The result if a refused record were sent again now."""

    READY = "ready"
    """It would be accepted."""
    DONE = "done"
    """The store has its event in this revision or a higher one."""
    REFUSED = "refused"
    """It would be refused again: the cause is still there."""
    CONFLICT = "conflict"
    """It lost to other content of the same revision, for good. A higher revision corrects an event."""
    MASKED = "masked"
    """A national id in it was masked. The app has to send it again without the id."""


class Item(NamedTuple):
    """A refused record."""

    id: str
    outcome: Outcome
    record: Rejected
    event: Event | None
    """None if the record would still be refused."""

    @property
    def where(self) -> str:
        """Where it came from: its original position."""
        record = self.record
        if record.topic is None:
            return f"{record.file}" if record.line is None else f"{record.file}:{record.line}"
        return f"{record.topic}/{record.partition} offset {record.offset}"


def refused(connection: Connection, places: Places) -> list[Item]:
    """Every refused record of a store, ordered by reason and original position."""
    position = (_TABLE.c[name] for name in ("topic", "partition", "offset", "file", "line"))
    rows = connection.execute(select(*RECORD).order_by(_TABLE.c.reason, *position))
    return judged_again(connection, list(map(record_of, rows)), places)


def judged_again(connection: Connection, records: Sequence[Rejected], places: Places) -> list[Item]:
    """Refused records with what would become of each now, in their order."""
    events = [None if _masked(record) else _event_in(record, places) for record in records]
    stored = stored_revisions(connection, {(event.type, event.event_id) for event in events if event})
    return [
        Item(digest(record)[:ID_LENGTH], _outcome(record, event, stored), record, event)
        for record, event in zip(records, events, strict=True)
    ]


def record_of(row: Row[Any]) -> Rejected:
    """A row that has the columns of `RECORD`, and maybe more."""
    stored = {name: getattr(row, name) for name in Rejected.__struct_fields__}
    stored |= {"errors": _errors(row.errors), "headers": _headers(row.headers)}
    return Rejected(**stored | {"reason": Reason(row.reason)})


_errors = msgspec.json.Decoder(tuple[str, ...]).decode
_headers = msgspec.json.Decoder(tuple[Header, ...]).decode


def _outcome(record: Rejected, event: Event | None, stored: Mapping[EventKey, Revision]) -> Outcome:
    if _masked(record):
        return Outcome.MASKED
    if record.reason == Reason.CONFLICT:
        return Outcome.CONFLICT
    if event is None:
        return Outcome.REFUSED
    newest = stored.get((event.type, event.event_id))
    return Outcome.DONE if newest and newest.revision >= event.revision else Outcome.READY


def _masked(record: Rejected) -> bool:
    return MASK in (text_to_bytes(record.value) or b"")


def _event_in(record: Rejected, places: Places) -> Event | None:
    """The event in a refused record, if it would be accepted now."""
    value = text_to_bytes(record.value)
    topic = record.topic or topic_of_line(value or b"")
    if isinstance(topic, Refusal) or topic not in EVENTS:
        return None
    verdict = judge(topic, value, places)
    return None if isinstance(verdict, Refusal) else verdict

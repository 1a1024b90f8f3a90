"""Where an event is: what became of each of its revisions that the store knows."""

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

import msgspec
from sqlalchemy import Connection, select

from api.keys.key import Key
from models.events import content_digest
from models.intake.refusal import Reason
from models.tables.columns import table_of
from models.tables.rows import EventPastRow, EventRow, RejectedRow

_EVENT, _PAST, _REJECTED = table_of(EventRow), table_of(EventPastRow), table_of(RejectedRow)
GATEWAY_FILE: Final = "gateway/"
"""With the name of a key: the `file` of what the gateway refused."""


class Content(msgspec.Struct, frozen=True):
    """What is told of an accepted revision."""

    revision: int
    status: str
    occurred_at: str
    recorded_at: str
    source: str
    place: str
    content_sha256: str = ""


class Accepted(NamedTuple):
    content: Content
    batch: int


class Refused(NamedTuple):
    revision: int
    reason: str
    errors: tuple[str, ...]
    place: str | None
    """None where the value does not say it."""
    file: str | None
    batch: int


class Known(NamedTuple):
    """What the store has of one event."""

    standing: Accepted | None
    past: Sequence[Accepted]
    """Revisions that were replaced, as they came."""
    refused: Sequence[Refused]


class Told(NamedTuple):
    """What became of one revision."""

    revision: int
    result: str
    batch: int
    place: str | None
    file: str | None = None
    recorded_at: str | None = None
    source: str | None = None
    reason: str | None = None
    errors: tuple[str, ...] = ()


def known(connection: Connection, event_type: str, event_id: str) -> Known:
    its = [(_EVENT, []), (_PAST, [_PAST.c.batch])]
    accepted = [
        [
            Accepted(_read(body), batch)
            for body, batch in connection.execute(
                select(table.c.body, table.c.batch)
                .where(table.c.type == event_type, table.c.event_id == event_id)
                .order_by(*order)
            )
        ]
        for table, order in its
    ]
    refused = connection.execute(
        select(_REJECTED)
        .where(_REJECTED.c.event_type == event_type, _REJECTED.c.event_id == event_id)
        .order_by(_REJECTED.c.batch)
    )
    return Known(
        accepted[0][0] if accepted[0] else None,
        accepted[1],
        [
            Refused(row.revision, row.reason, _errors(row.errors), _place(row.value), row.file, row.batch)
            for row in refused
        ],
    )


def told(of: Known) -> list[Told]:
    """By revision, then as they came.

    Content that was accepted, and lost to a later one of the same revision, is among the refused as well.
    """
    found = [] if of.standing is None else [_accepted(of.standing, "stands")]
    lost = [one.revision for one in of.refused if one.reason == Reason.CONFLICT]
    for one, after in zip(of.past, (*of.past[1:], of.standing), strict=False):
        revision = one.content.revision
        if after is None or after.content.revision != revision:
            found.append(_accepted(one, "superseded"))
        elif revision in lost:
            lost.remove(revision)
        else:
            found.append(_accepted(one, "conflict"))
    found += map(_refused, of.refused)
    return sorted(found, key=lambda one: (one.revision, one.batch))


def visible(revisions: Iterable[Told], key: Key) -> list[Told]:
    """What lies at a key's places, and what the gateway refused of the key itself."""
    own = f"{GATEWAY_FILE}{key.name}"
    return [one for one in revisions if one.file == own or key.allows_place(one.place or "")]


def _accepted(one: Accepted, result: str) -> Told:
    told_of = one.content
    return Told(
        told_of.revision,
        result,
        one.batch,
        told_of.place,
        recorded_at=told_of.recorded_at,
        source=told_of.source,
    )


def _refused(one: Refused) -> Told:
    result = "conflict" if one.reason == Reason.CONFLICT else "refused"
    return Told(one.revision, result, one.batch, one.place, one.file, reason=one.reason, errors=one.errors)


def _read(body: str) -> Content:
    return msgspec.structs.replace(_content(body), content_sha256=content_digest(body))


class _Placed(msgspec.Struct):
    place: str


_content = msgspec.json.Decoder(Content).decode
_errors = msgspec.json.Decoder(tuple[str, ...]).decode
_placed = msgspec.json.Decoder(_Placed).decode


def _place(value: str | None) -> str | None:
    try:
        return _placed(value or "").place
    except msgspec.DecodeError:
        return None

"""The identity of a refused record."""

import hashlib
from collections.abc import Iterable, Mapping
from typing import Literal

import msgspec
from pydantic import BaseModel, ConfigDict, ValidationError

from models.fields import EventId, Revision
from models.intake.refusal import Rejected, decode_rejected

Columns = tuple[str | int | None, ...]


def digest(record: Rejected) -> str:
    """Identity of a refused record: its reason, origin, key and value.

    The origin (topic, partition and offset, or file and line) is not enough alone: a new broker counts its
    offsets from 0 again, and a file of one name has another content tomorrow. The sentences in `errors` are
    no part of it, as a later release may word them better; nor are the headers.

    A client's header can claim an origin (`streams.attribution.origin`). Records with one claimed origin that
    differ in reason, key or value (masked) are still distinguished, and a value too large to be stored claims
    none. With equal reason, key and value they count as one record sent again.
    """
    origin = (record.topic, record.partition, record.offset, record.file, record.line)
    identity = msgspec.json.encode((record.reason, *origin, record.key, record.value))
    return hashlib.sha256(identity).hexdigest()


def read_refused(value: bytes) -> Rejected:
    """Raises ValueError or an error of msgspec for a record of another client."""
    record = decode_rejected(value)
    texts = (record.topic, record.file, record.key, record.value)
    if any(text is not None and "\0" in text for text in texts):
        raise ValueError("a NUL, which PostgreSQL cannot store")
    return record


def by_digest(records: Iterable[Rejected]) -> dict[str, Rejected]:
    """In the order read, repeats dropped."""
    return {digest(one): one for one in records}


def columns(record: Rejected) -> Columns:
    """Columns of the table `rejected`, in its order."""
    return (
        record.reason.value,
        msgspec.json.encode(record.errors).decode(),
        record.topic,
        record.partition,
        record.offset,
        record.file,
        record.line,
        record.key,
        record.value,
        msgspec.json.encode(record.headers).decode(),
        *_identity_columns(record.value),
    )


class EventIdentity(BaseModel):
    """The event of which a refused value was a revision."""

    model_config = ConfigDict(strict=True)

    type: Literal["enrollment", "outreach-event", "inspection"]
    event_id: EventId
    revision: Revision = 0


def identity_of(value: str | None) -> EventIdentity | None:
    """None where the value does not name its event validly.

    >>> identity_of('{"type": "inspection", "event_id": "3f2a8c1e-0b7d-4d52-9a40-6c1f5e7b9d10", "n": 1}')
    EventIdentity(type='inspection', event_id='3f2a8c1e-0b7d-4d52-9a40-6c1f5e7b9d10', revision=0)
    >>> identity_of('{"type": "inspection", "event_id": "1"}') is None
    True
    """
    try:
        return EventIdentity.model_validate_json(value or "")
    except ValidationError:
        return None


def _identity_columns(value: str | None) -> Columns:
    identity = identity_of(value)
    return (None,) * 3 if identity is None else (identity.type, identity.event_id, identity.revision)


def unseen(refused: Mapping[str, Rejected], seen: Iterable[str]) -> dict[str, Rejected]:
    """Records that have no row yet."""
    known = set(seen)
    return {identity: one for identity, one in refused.items() if identity not in known}

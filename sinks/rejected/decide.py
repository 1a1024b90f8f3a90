"""The identity of a refused record."""

import hashlib
from collections.abc import Iterable, Mapping

import msgspec

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
    )


def unseen(refused: Mapping[str, Rejected], seen: Iterable[str]) -> dict[str, Rejected]:
    """Records that have no row yet."""
    known = set(seen)
    return {identity: one for identity, one in refused.items() if identity not in known}

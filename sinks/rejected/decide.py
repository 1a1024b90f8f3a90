"""When two refused records are one."""

import hashlib
from collections.abc import Iterable, Mapping

import msgspec

from models.intake.refusal import Reason
from sinks.wire import Rejected, decode_rejected

Columns = tuple[str | int | None, ...]


def digest(said: Rejected) -> str:
    """What tells a refused record from every other, for one reason.

    That is where it first lay: topic, partition and offset, or file and line. It is not enough alone. A
    fresh broker counts its offsets from 0 again, and a file of one name has another content tomorrow; so the
    record itself is part of it. The sentences in `errors` are not: a later release may word them better.

    A header of the client's may claim the place (`streams.attribution.origin`). Records that claim one place
    and differ in reason, key or value, masked, are still told apart, and a value too large to be kept
    claims none. Not told apart are records that claim one place with the same reason, key and value: the
    same one sent again, as far as anybody can tell. Headers are no part of it.
    """
    where = (said.topic, said.partition, said.offset, said.file, said.line)
    identity = msgspec.json.encode((said.reason, *where, said.key, said.value))
    return hashlib.sha256(identity).hexdigest()


def read_refused(value: bytes) -> Rejected:
    """Raises ValueError, or what msgspec raises, for a record that nobody here wrote."""
    said = decode_rejected(value)
    Reason(said.reason)
    _errors(said.errors)
    _headers(said.headers)
    texts = (said.topic, said.file, said.key, said.value)
    if any(text is not None and "\0" in text for text in texts):
        raise ValueError("a NUL, which PostgreSQL stores none of")
    return said


class _Header(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    key: str
    value: str | None


_errors = msgspec.json.Decoder(tuple[str, ...]).decode
_headers = msgspec.json.Decoder(tuple[_Header, ...]).decode


def by_digest(records: Iterable[Rejected]) -> dict[str, Rejected]:
    """In the order read, repeats dropped."""
    return {digest(said): said for said in records}


def columns(said: Rejected) -> Columns:
    """In the order of the table `rejected`."""
    return (
        said.reason,
        bytes(said.errors).decode(),
        said.topic,
        said.partition,
        said.offset,
        said.file,
        said.line,
        said.key,
        said.value,
        bytes(said.headers).decode(),
    )


def unseen(refused: Mapping[str, Rejected], seen: Iterable[str]) -> dict[str, Rejected]:
    """Those that no row stands for yet."""
    known = set(seen)
    return {identity: said for identity, said in refused.items() if identity not in known}

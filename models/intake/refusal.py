"""Refused records: why, and the record itself, as the topic `rejected` keeps it (docs/spec.md, section 1)."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any, Final

from pydantic import Field

from models.intake.keeping import RawHeaders, keep, keep_headers, restore, restore_headers
from models.intake.masking import MASK, mask, mask_text
from models.statement import Wire

LARGEST_RECORD_BYTES: Final = 8 * 1024 * 1024 - 4096
"""Of a record's value on `rejected`: the topic takes 8 MiB, less room for the record's key and framing."""


class Reason(StrEnum):
    """Why a record is refused: the first of these that holds."""

    TOO_LARGE = "too_large"
    NOT_JSON = "not_json"
    WRONG_TOPIC = "wrong_topic"
    RAW_NATIONAL_ID = "raw_national_id"
    INVALID = "invalid"
    UNKNOWN_PLACE = "unknown_place"
    CONFLICT = "conflict"


@dataclass(frozen=True, slots=True)
class Refusal:
    """Judgement on a record that cannot be taken in."""

    reason: Reason
    errors: tuple[str, ...]
    """Sentences for a field team: which field, what was found there, what to write instead."""


class Header(Wire):
    """One header of the refused record."""

    key: str
    """Its name, kept as `value` of the record is."""
    value: str | None
    """Kept likewise."""


class Rejected(Wire):
    """One refused record, as it first lay, for people to put right and for replays.

    In `key`, `value`, `headers` and `errors` every run of exactly 16 digits is masked by `*`, as it may be a
    national id. Bytes are kept as text; but as `base64:` and their base64 where they are no UTF-8, hold a
    NUL, start with `base64:` themselves or would grow too much as JSON.
    """

    reason: Reason
    """The first that holds, in this order: value over 1,048,576 bytes; no JSON object; type of another topic;
    any text of exactly 16 digits; wrong fields; place not on the list; other content than
    the same revision that stands."""
    errors: tuple[str, ...]
    """What was wrong, where, and what to write instead; a sentence each."""
    topic: str | None
    """Where it first lay; null when `sambung replay` refused a line of a file before any topic."""
    partition: int | None
    """Null as `topic` is."""
    offset: int | None
    """Null as `topic` is."""
    file: str | None
    """The file that `sambung replay` was reading; null for a record of a topic."""
    line: Annotated[int, Field(ge=1)] | None
    """Line number in that file, from 1."""
    key: str | None
    """The record's key; null if there was none, or if it was too large to be kept: `errors` then say so."""
    value: str | None
    """The record's value; null if there was none, or if it was too large to be kept: `errors` then say so."""
    headers: tuple[Header, ...]
    """In their order; none if they were too large to be kept. If they are too many, one header
    `sambung-packed-headers` holds them all (MessagePack: key, value, key, value)."""

    def raw(self) -> tuple[bytes | None, bytes | None, RawHeaders]:
        """Key, value and headers, byte for byte but for what is masked."""
        headers = restore_headers([(header.key, header.value) for header in self.headers])
        return restore(self.key), restore(self.value), headers


def rejected_record(  # noqa: PLR0913, PLR0917  a Kafka record has these parts
    refusal: Refusal,
    topic: str,
    partition: int,
    offset: int,
    key: bytes | None,
    value: bytes | None,
    headers: RawHeaders,
) -> bytes:
    """What goes to the topic `rejected` for a record of a topic: `Rejected` as JSON, masked, below 8 MiB."""
    place = {"topic": topic, "partition": partition, "offset": offset, "file": None, "line": None}
    return _encode(refusal, place, (key, value, headers))


def rejected_line(refusal: Refusal, file: str, line: int, value: bytes) -> bytes:
    """The same for a line that `sambung replay` could not send to any topic."""
    name = file.encode(errors="backslashreplace").decode()
    place = {"topic": None, "partition": None, "offset": None, "file": name, "line": line}
    return _encode(refusal, place, (None, value, ()))


Fields = dict[str, Any]
Raw = tuple[bytes | None, bytes | None, RawHeaders]


def _encode(refusal: Refusal, place: Fields, raw: Raw) -> bytes:
    """As much of the record as there is room for: as text if that fits, else in base64 (4/3 of what came)."""
    for part, left_out in _ever_less(raw):
        errors = tuple(mask_text(error) for error in (*refusal.errors, *left_out))
        if _bytes_in(part) <= LARGEST_RECORD_BYTES:
            masked = _mask_all(part)
            for as_text in (True, False):
                record = _to_json(refusal.reason, errors, place | _keep_all(masked, as_text=as_text))
                if len(record) <= LARGEST_RECORD_BYTES:
                    return record
    raise AssertionError("a record of nothing fits")


def _ever_less(raw: Raw) -> Iterator[tuple[Raw, tuple[str, ...]]]:
    """The record, then less and less of it, each with a sentence on what is left out."""
    key, value, headers = raw
    yield raw, ()
    told_headers = f"{len(headers):,} headers of {_bytes_in((None, None, headers)):,} bytes"
    told_key = f"a key of {len(key or b''):,} bytes"
    if key and headers:
        yield (key, value, ()), (_left_out("The headers are", told_headers),)
        yield (None, value, headers), (_left_out("The key is", told_key),)
    if key or headers:
        yield (None, value, ()), (_left_out("Key and headers are", f"{told_key} and {told_headers}"),)
    told_value = f"{len(value or b''):,} bytes with {len(headers):,} headers"
    yield (None, None, ()), (_left_out("The content is", told_value),)


def _left_out(what: str, size: str) -> str:
    return f"{what} left out: {size} are more than can be kept here; look for it where it came from."


def _bytes_in(raw: Raw) -> int:
    key, value, headers = raw
    return len(key or b"") + len(value or b"") + sum(len(name) + len(data or b"") for name, data in headers)


def _mask_all(raw: Raw) -> Raw:
    key, value, headers = raw
    hidden = [(_mask_name(name), _mask_data(data)) for name, data in headers]
    return _mask_data(key), _mask_data(value), hidden


def _mask_name(name: str | bytes) -> str | bytes:
    if len(name) < len(MASK):
        return name
    return mask(name) if isinstance(name, bytes) else mask_text(name)


def _mask_data(data: bytes | None) -> bytes | None:
    return data if data is None or len(data) < len(MASK) else mask(data)  # there may be millions of headers


def _keep_all(raw: Raw, *, as_text: bool) -> Fields:
    key, value, headers = raw
    kept = keep_headers(headers, as_text=as_text)
    return {
        "key": keep(key, as_text=as_text),
        "value": keep(value, as_text=as_text),
        "headers": tuple(Header(key=name, value=data) for name, data in kept),
    }


def _to_json(reason: Reason, errors: tuple[str, ...], fields: Fields) -> bytes:
    return Rejected(reason=reason, errors=errors, **fields).model_dump_json().encode()

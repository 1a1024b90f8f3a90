"""Refused records with their reason, as records of the topic `rejected` (docs/spec.md, section 1)."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any, Final, NamedTuple

import msgspec
from msgspec import Meta

from models.intake.english import ENGLISH
from models.intake.masking import MASK, mask, mask_text
from models.intake.phrases import Complaint
from models.intake.raw_bytes import RawHeaders, bytes_to_text, headers_to_text, text_to_bytes, text_to_headers
from models.statement import LargeCount, SmallCount, WireRecord

LARGEST_RECORD_BYTES: Final = 8 * 1024 * 1024 - 4096
"""Largest value on `rejected`: the topic takes 8 MiB, less room for the record's key and framing."""


class Reason(StrEnum):
    """Why a record is refused."""

    # In the order in which they are looked for: the first that applies is given.

    TOO_LARGE = "too_large"
    NOT_JSON = "not_json"
    WRONG_TOPIC = "wrong_topic"
    RAW_NATIONAL_ID = "raw_national_id"
    INVALID = "invalid"
    UNKNOWN_PLACE = "unknown_place"
    CONFLICT = "conflict"


class RawRecord(NamedTuple):
    """Bytes of a Kafka record."""

    key: bytes | None
    value: bytes | None
    headers: RawHeaders


@dataclass(frozen=True, slots=True)
class Refusal:
    """Verdict on an invalid record."""

    reason: Reason
    errors: tuple[str, ...]
    """Sentences for a field team: which field, its wrong value, and what to write instead."""
    complaints: tuple[Complaint, ...] = ()
    """The same with their places, to be told in other languages."""


def refusal(reason: Reason, complaints: tuple[Complaint, ...]) -> Refusal:
    return Refusal(reason, tuple(one.sentence.told(ENGLISH) for one in complaints), complaints)


class Header(WireRecord, frozen=True):
    """One header of the refused record."""

    key: Annotated[str, Meta(description="Its name, as text like `value` of the record.")]
    value: Annotated[str | None, Meta(description="Its value, likewise.")]


class Rejected(WireRecord, frozen=True):
    """One refused record as it was first sent, for people to correct and for replays.

    In `key`, `value`, `headers` and `errors` every run of exactly 16 digits is masked by `*`, as it may be a
    national id. Bytes are stored as text; but as `base64:` and their base64 if they are no UTF-8, contain a
    NUL, start with `base64:` themselves or would grow too much as JSON.
    """

    reason: Annotated[
        Reason,
        Meta(
            description="The first that applies, in this order: value over 1,048,576 bytes; no JSON object; "
            "type of another topic; any text of exactly 16 digits; wrong fields; place not on the list; "
            "other content than the accepted record of the same revision."
        ),
    ]
    errors: Annotated[
        tuple[str, ...],
        Meta(description="One sentence per error: what is wrong, where, and what to write instead."),
    ]
    topic: Annotated[
        str | None,
        Meta(
            description="Topic it was first sent to; null when `sambung replay` or a gateway refused it "
            "before any topic."
        ),
    ]
    partition: Annotated[SmallCount | None, Meta(description="Null if `topic` is.")]
    offset: Annotated[LargeCount | None, Meta(description="Null if `topic` is.")]
    file: Annotated[
        str | None,
        Meta(
            description="The file that `sambung replay` was reading, or `gateway/` and the name of the key "
            "under which a gateway was given the event; null for a record of a topic."
        ),
    ]
    line: Annotated[
        Annotated[int, Meta(ge=1, le=2**31 - 1)] | None,
        Meta(description="Line number in that file, from 1; null for an event that a gateway was given."),
    ]
    key: Annotated[
        str | None,
        Meta(
            description="The record's key; null if there was none, or if it was too large to store: "
            "`errors` then say so. Of an event that a gateway was given, SHA-256 of the masked value."
        ),
    ]
    value: Annotated[
        str | None,
        Meta(
            description="The record's value; null if there was none, or if it was too large to store: "
            "`errors` then say so."
        ),
    ]
    headers: Annotated[
        tuple[Header, ...],
        Meta(
            description="In their order; none if they were too large to store. If they are too many, one "
            "header `sambung-packed-headers` contains them all (MessagePack: key, value, key, value)."
        ),
    ]

    def raw(self) -> RawRecord:
        """Byte for byte but for masked digits."""
        return RawRecord(text_to_bytes(self.key), text_to_bytes(self.value), self.raw_headers())

    def raw_headers(self) -> RawHeaders:
        return text_to_headers([(header.key, header.value) for header in self.headers])


decode_rejected: Final = msgspec.json.Decoder(Rejected).decode


def rejected_record(refusal: Refusal, origin: tuple[str, int, int], raw: RawRecord) -> bytes:
    """`Rejected` as JSON, masked, below 8 MiB, of a record of a topic, partition and offset."""
    topic, partition, offset = origin
    fields = {"topic": topic, "partition": partition, "offset": offset, "file": None, "line": None}
    return encode_rejected(refusal, fields, raw)


def rejected_line(refusal: Refusal, file: str, line: int, value: bytes) -> bytes:
    """The same for a line that `sambung replay` could not send to any topic."""
    name = file.encode(errors="backslashreplace").decode()
    fields = {"topic": None, "partition": None, "offset": None, "file": name, "line": line}
    return encode_rejected(refusal, fields, RawRecord(None, value, ()))


Fields = dict[str, Any]


def encode_rejected(refusal: Refusal, origin: Fields, raw: RawRecord) -> bytes:
    """As much as fits, beside the fields of its origin; as text, or else in base64 (4/3 of the bytes)."""
    for part, left_out in _shrinking(raw):
        errors = tuple(mask_text(error) for error in (*refusal.errors, *left_out))
        if _bytes_in(part) <= LARGEST_RECORD_BYTES:
            masked = _mask_all(part)
            for as_text in (True, False):
                record = _to_json(refusal.reason, errors, origin | _as_fields(masked, as_text=as_text))
                if len(record) <= LARGEST_RECORD_BYTES:
                    return record
    raise AssertionError("an empty record fits")


def _shrinking(raw: RawRecord) -> Iterator[tuple[RawRecord, tuple[str, ...]]]:
    """The record, then smaller parts of it, each with a sentence on the rest."""
    key, value, headers = raw
    yield raw, ()
    headers_size = f"{len(headers):,} headers of {_bytes_in(RawRecord(None, None, headers)):,} bytes"
    key_size = f"a key of {len(key or b''):,} bytes"
    if key and headers:
        yield RawRecord(key, value, ()), (_left_out("The headers are", headers_size),)
        yield RawRecord(None, value, headers), (_left_out("The key is", key_size),)
    if key or headers:
        yield (
            RawRecord(None, value, ()),
            (_left_out("Key and headers are", f"{key_size} and {headers_size}"),),
        )
    all_size = f"{len(value or b''):,} bytes with {len(headers):,} headers"
    yield RawRecord(None, None, ()), (_left_out("The content is", all_size),)


def _left_out(what: str, size: str) -> str:
    return f"{what} left out: {size} are more than can be kept here; look for it where it came from."


def _bytes_in(raw: RawRecord) -> int:
    key, value, headers = raw
    return len(key or b"") + len(value or b"") + sum(len(name) + len(data or b"") for name, data in headers)


def _mask_all(raw: RawRecord) -> RawRecord:
    headers = [(_mask_name(name), _mask_data(data)) for name, data in raw.headers]
    return RawRecord(_mask_data(raw.key), _mask_data(raw.value), headers)


def _mask_name(name: str | bytes) -> str | bytes:
    if len(name) < len(MASK):
        return name
    return mask(name) if isinstance(name, bytes) else mask_text(name)


def _mask_data(data: bytes | None) -> bytes | None:
    return data if data is None or len(data) < len(MASK) else mask(data)  # there may be millions of headers


def _as_fields(raw: RawRecord, *, as_text: bool) -> Fields:
    headers = headers_to_text(raw.headers, as_text=as_text)
    return {
        "key": bytes_to_text(raw.key, as_text=as_text),
        "value": bytes_to_text(raw.value, as_text=as_text),
        "headers": tuple(Header(key=name, value=data) for name, data in headers),
    }


def _to_json(reason: Reason, errors: tuple[str, ...], fields: Fields) -> bytes:
    return msgspec.json.encode(Rejected(reason, errors, **fields))

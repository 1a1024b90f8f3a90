"""Original position, key and headers of a record that is sent again, carried in headers.

A record in a wrong partition is sent again to the right one, and a refused record may be replayed. Any client
can write these headers, so they decide only how a refused record is shown.
"""

import re
from collections.abc import Callable, Iterator
from typing import Final, NamedTuple, TypeVar

import msgspec

from models.events import EVENTS
from models.intake.judging import LARGEST_PUBLISHED_BYTES
from models.intake.raw_bytes import pack_headers, unpack_headers
from streams.step import Headers, Record

ORIGIN: Final = "sambung-origin"
"""`TOPIC/PARTITION/OFFSET` where the record was first sent."""
ORIGINAL_KEY: Final = "sambung-original-key"
"""Its original key; absent if it had none."""
ORIGINAL_HEADERS: Final = "sambung-original-headers"
"""Its original headers, packed, because aiokafka cannot write a name that is no UTF-8."""
LEFT_OUT: Final = "sambung-left-out"
"""One of the original headers: the size of a key or of headers that did not fit."""

_LARGEST_ROW_BYTES: Final = 7 << 20
"""Largest value, key and headers of a row together: a changelog takes 8 MiB."""
_LARGEST_RESENT_BYTES: Final = (4 << 20) - 8_192
"""The same for a record that is sent again: a public topic takes 4 MiB."""
_LARGEST_PARTITION: Final = 2**31 - 1
_LARGEST_OFFSET: Final = 2**63 - 1

_NUMBER: Final = rb"(0|[1-9][0-9]{0,18})"
_match_position = re.compile(rb"(%b)/%b/%b" % ("|".join(EVENTS).encode(), _NUMBER, _NUMBER)).fullmatch
_in_row = msgspec.msgpack.Encoder().encode

Position = tuple[str, int, int]
"""Topic, partition and offset."""
Parsed = TypeVar("Parsed")


class Original(NamedTuple):
    """A record as it was first sent, without its value."""

    key: bytes | None
    headers: Headers
    position: Position


def original_of(record: Record, position: Position, event_id: bytes | None = None) -> Original:
    """The original of the record at a position; `event_id` if its value is a valid event.

    If a header occurs more than once, the last one that can be parsed counts; the others are the client's.
    The headers of a value too large to be sent again are not believed: a refusal may leave the value out, and
    then only the record's own position identifies it.
    """
    headers = tuple(record.headers)
    if not headers or len(record.value or b"") > LARGEST_PUBLISHED_BYTES:
        return Original(record.key, headers, position)
    first, rest = _pop_header(headers, ORIGIN, parse_position)
    if first is None:
        return Original(record.key, headers, position)
    packed, rest = _pop_header(rest, ORIGINAL_HEADERS, unpack_headers)
    key, rest = _pop_header(rest, ORIGINAL_KEY, bytes)
    if packed is not None:
        return Original(key, (*rest, *packed), first)
    if key is None and not (headers[-1][0] == ORIGIN and _was_rerouted(record, position, first, event_id)):
        key = record.key  # a header gives the position alone
    return Original(key, rest, first)


def parse_position(value: bytes) -> Position | None:
    """None unless it is `TOPIC/PARTITION/OFFSET` of a public input topic, in plain decimal numbers."""
    match = _match_position(value)
    if match is None:
        return None
    partition, offset = int(match[2]), int(match[3])
    if partition > _LARGEST_PARTITION or offset > _LARGEST_OFFSET:
        return None
    return match[1].decode(), partition, offset


def fit_for_row(original: Original, value: bytes | None) -> Original:
    """Shortened to fit into a row with its value."""
    if not original.headers and len(original.key or b"") < 1_024:
        return original
    return _fit(original, _LARGEST_ROW_BYTES - len(value or b""), _in_row)


def headers_to_resend(original: Original, value: bytes) -> tuple[tuple[str, bytes], ...]:
    """Headers of a record that is sent again."""
    key, headers, (topic, partition, offset) = _fit(
        original, _LARGEST_RESENT_BYTES - len(value), pack_headers
    )
    own = (ORIGIN, f"{topic}/{partition}/{offset}".encode()), (ORIGINAL_HEADERS, pack_headers(headers))
    return own if key is None else (*own, (ORIGINAL_KEY, key))


def _pop_header(
    headers: Headers, wanted: str, parse: Callable[[bytes], Parsed | None]
) -> tuple[Parsed | None, Headers]:
    """The last header of a name that can be parsed, and the other headers."""
    for at in reversed(range(len(headers))):
        name, value = headers[at]
        if name == wanted and value is not None and (parsed := parse(value)) is not None:
            return parsed, headers[:at] + headers[at + 1 :]
    return None, headers


def _was_rerouted(record: Record, position: Position, first: Position, event_id: bytes | None) -> bool:
    """It looks like a record without a key that release 0.1.0 sent again."""
    (topic, partition, _), (first_topic, first_partition, _) = position, first
    same_key = record.key is not None and record.key == event_id
    return same_key and first_topic == topic and first_partition != partition


def _fit(original: Original, room: int, encode: Callable[[Headers], bytes]) -> Original:
    """With as much of key and headers as fits, and a header that says what is left out."""
    for part in _shortened(original):
        if len(part.key or b"") + len(encode(part.headers)) <= room:
            return part
    raise AssertionError("the sizes alone always fit")


def _shortened(original: Original) -> Iterator[Original]:
    """The original, then shorter and shorter ones."""
    key_size = (LEFT_OUT, f"a key of {len(original.key or b''):,} bytes".encode())
    headers_size = (LEFT_OUT, f"{len(original.headers):,} headers".encode())
    yield original
    yield original._replace(headers=(headers_size,))
    yield original._replace(key=None, headers=(*original.headers, key_size))
    yield original._replace(key=None, headers=(headers_size, key_size))

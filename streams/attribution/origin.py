"""Where a record first lay, with which key and headers: carried in headers of ours when it is sent once more.

A record in a partition that is not its key's is put back, and a refused one may be replayed. Headers are the
client's own, so whatever these say decides nothing but what is shown of a record that is refused.
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
"""`TOPIC/PARTITION/OFFSET` where it first lay."""
ORIGINAL_KEY: Final = "sambung-original-key"
"""The key that it came with; absent if it had none."""
ORIGINAL_HEADERS: Final = "sambung-original-headers"
"""The headers that it came with, packed, since no client of ours can write a name that is no UTF-8."""
LEFT_OUT: Final = "sambung-left-out"
"""Among the original headers: the size of a key or of headers that there was no room for."""

_LARGEST_KEPT_BYTES: Final = 7 << 20
"""Of value, key and headers in a row: a changelog takes 8 MiB."""
_LARGEST_CARRIED_BYTES: Final = (4 << 20) - 8_192
"""Of the same in a record that is sent once more: a public topic takes 4 MiB."""
_LARGEST_PARTITION: Final = 2**31 - 1
_LARGEST_OFFSET: Final = 2**63 - 1

_WHOLE: Final = rb"(0|[1-9][0-9]{0,18})"
_has_form = re.compile(rb"(%b)/%b/%b" % ("|".join(EVENTS).encode(), _WHOLE, _WHOLE)).fullmatch
_in_row = msgspec.msgpack.Encoder().encode

Lay = tuple[str, int, int]
"""Topic, partition and offset."""
Found = TypeVar("Found")


class Came(NamedTuple):
    """A record as it first came."""

    key: bytes | None
    headers: Headers
    lay: Lay


def came(record: Record, lay: Lay, event_id: bytes | None = None) -> Came:
    """The record that lies here as it first came; `event_id` where an event was read in it.

    Of several headers of ours the last that can be read counts; the others are headers like any other.
    A value that is larger than whatever is sent once more says nothing of another place: it may have to be
    left out when it is refused, and then its own place alone tells it from others.
    """
    headers = tuple(record.headers)
    if not headers or len(record.value or b"") > LARGEST_PUBLISHED_BYTES:
        return Came(record.key, headers, lay)
    first, rest = _taken(headers, ORIGIN, read_place)
    if first is None:
        return Came(record.key, headers, lay)
    packed, rest = _taken(rest, ORIGINAL_HEADERS, unpack_headers)
    key, rest = _taken(rest, ORIGINAL_KEY, bytes)
    if packed is not None:
        return Came(key, (*rest, *packed), first)
    if key is None and not (headers[-1][0] == ORIGIN and _was_put_back(record, lay, first, event_id)):
        key = record.key  # only the place is claimed
    return Came(key, rest, first)


def read_place(value: bytes) -> Lay | None:
    """None for anything but `TOPIC/PARTITION/OFFSET` of a public input, in plain decimal numbers."""
    form = _has_form(value)
    if form is None:
        return None
    partition, offset = int(form[2]), int(form[3])
    if partition > _LARGEST_PARTITION or offset > _LARGEST_OFFSET:
        return None
    return form[1].decode(), partition, offset


def kept(first: Came, value: bytes | None) -> Came:
    """As a row keeps it beside its value."""
    if not first.headers and len(first.key or b"") < 1_024:
        return first
    return _within(first, _LARGEST_KEPT_BYTES - len(value or b""), _in_row)


def once_more(first: Came, value: bytes) -> tuple[tuple[str, bytes], ...]:
    """The headers under which a record is sent once more."""
    key, headers, (topic, partition, offset) = _within(
        first, _LARGEST_CARRIED_BYTES - len(value), pack_headers
    )
    own = (ORIGIN, f"{topic}/{partition}/{offset}".encode()), (ORIGINAL_HEADERS, pack_headers(headers))
    return own if key is None else (*own, (ORIGINAL_KEY, key))


def _taken(
    headers: Headers, wanted: str, read: Callable[[bytes], Found | None]
) -> tuple[Found | None, Headers]:
    """What the last header of a name says that says anything, and the headers without it."""
    for at in reversed(range(len(headers))):
        name, value = headers[at]
        if name == wanted and value is not None and (found := read(value)) is not None:
            return found, headers[:at] + headers[at + 1 :]
    return None, headers


def _was_put_back(record: Record, lay: Lay, first: Lay, event_id: bytes | None) -> bool:
    """Whether it looks like what release 0.1.0 made of a record without a key."""
    return record.key is not None and record.key == event_id and first[0] == lay[0] and first[1] != lay[1]


def _within(first: Came, room: int, encode: Callable[[Headers], bytes]) -> Came:
    """With as much of key and headers as there is room for, and a header on what is left out."""
    for part in _ever_less(first):
        if len(part.key or b"") + len(encode(part.headers)) <= room:
            return part
    raise AssertionError("there is room for the sizes alone")


def _ever_less(first: Came) -> Iterator[Came]:
    key_size = (LEFT_OUT, f"a key of {len(first.key or b''):,} bytes".encode())
    headers_size = (LEFT_OUT, f"{len(first.headers):,} headers".encode())
    yield first
    yield first._replace(headers=(headers_size,))
    yield first._replace(key=None, headers=(*first.headers, key_size))
    yield first._replace(key=None, headers=(headers_size, key_size))

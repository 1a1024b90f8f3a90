r"""Raw bytes as text for JSON and SQL, and back again byte for byte.

>>> bytes_to_text(b"plain"), bytes_to_text(b"\xff\x00"), text_to_bytes("base64:/wA=")
('plain', 'base64:/wA=', b'\xff\x00')
"""

from base64 import b64decode, b64encode
from collections.abc import Sequence
from typing import Final

import msgspec

RawHeaders = Sequence[tuple[str | bytes, bytes | None]]
"""A name is text; bytes only if it is no UTF-8, which Kafka does not check."""
TextHeaders = Sequence[tuple[str, str | None]]

BASE64_PREFIX: Final = "base64:"
PACKED_HEADER: Final = "sambung-packed-headers"
"""Name of one header for all; as JSON, headers of two bytes each would take ten times their size."""
MAX_TEXT_HEADERS: Final = 1_000
"""More are packed into one header."""


def bytes_to_text(data: bytes | None, *, as_text: bool = True) -> str | None:
    """The text itself if it is unambiguous and every database can store it; else `base64:` and base64."""
    if data is None:
        return None
    if as_text and b"\0" not in data and not data.startswith(BASE64_PREFIX.encode()):
        try:
            return data.decode()
        except UnicodeDecodeError:
            pass
    return BASE64_PREFIX + b64encode(data).decode()


def text_to_bytes(text: str | None) -> bytes | None:
    if text is None:
        return None
    if not text.startswith(BASE64_PREFIX):
        return text.encode()
    try:
        return b64decode(text.removeprefix(BASE64_PREFIX), validate=True)
    except ValueError:
        return text.encode()  # not written by `bytes_to_text`


def headers_to_text(headers: RawHeaders, *, as_text: bool = True) -> TextHeaders:
    """One by one; or all packed into one, at 4/3 of the bytes that Kafka itself needs for them."""
    if as_text and len(headers) <= MAX_TEXT_HEADERS and all(key != PACKED_HEADER for key, _ in headers):
        return [(bytes_to_text(_as_bytes(key)) or "", bytes_to_text(value)) for key, value in headers]
    return [(PACKED_HEADER, bytes_to_text(pack_headers(headers), as_text=False))] if headers else []


def text_to_headers(headers: TextHeaders) -> RawHeaders:
    if [key for key, _ in headers] == [PACKED_HEADER]:
        unpacked = unpack_headers(text_to_bytes(headers[0][1]) or b"")
        if unpacked is not None:
            return unpacked
    return [(_as_name(text_to_bytes(key) or b""), text_to_bytes(value)) for key, value in headers]


def pack_headers(headers: RawHeaders) -> bytes:
    """MessagePack: name, value, name, value; one or two bytes per header more than in Kafka."""
    return msgspec.msgpack.encode([_shortest(part) for header in headers for part in header])


def unpack_headers(packed: bytes) -> RawHeaders | None:
    """The headers; None for bytes that `pack_headers` did not write."""
    try:
        parts = msgspec.msgpack.decode(packed)
    except (msgspec.MsgspecError, ValueError, TypeError, OverflowError, RecursionError):
        return None
    if not isinstance(parts, list) or len(parts) % 2:
        return None
    names, values = parts[::2], parts[1::2]
    if not {*map(type, names)} <= {str, bytes} or not {*map(type, values)} <= {str, bytes, type(None)}:
        return None
    return [
        (_as_name(_as_bytes(name)), None if value is None else _as_bytes(value))
        for name, value in zip(names, values, strict=True)
    ]


def _as_bytes(part: str | bytes) -> bytes:
    return part if isinstance(part, bytes) else part.encode()


def _as_name(name: bytes) -> str | bytes:
    """As a Kafka consumer returns it."""
    try:
        return name.decode()
    except UnicodeDecodeError:
        return name


def _shortest(part: str | bytes | None) -> str | bytes | None:
    """MessagePack takes one byte less for a short text than for bytes."""
    try:
        return part.decode() if isinstance(part, bytes) else part
    except UnicodeDecodeError:
        return part

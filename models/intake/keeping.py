r"""Raw bytes kept inside JSON and SQL text, and brought back byte for byte.

>>> keep(b"plain"), keep(b"\xff\x00"), restore("base64:/wA=")
('plain', 'base64:/wA=', b'\xff\x00')
"""

from base64 import b64decode, b64encode
from collections.abc import Sequence
from typing import Final

import msgspec

RawHeaders = Sequence[tuple[str | bytes, bytes | None]]
"""A name is text; bytes only where it is no UTF-8, which Kafka does not look at."""
KeptHeaders = Sequence[tuple[str, str | None]]

MARK: Final = "base64:"
PACKED: Final = "sambung-packed-headers"
"""Name of the one header that stands for all; at two bytes a header, JSON would be ten times what came."""

MOST_HEADERS: Final = 1_000
"""Kept one by one."""


def keep(data: bytes | None, *, as_text: bool = True) -> str | None:
    """The text itself where that can be told from base64 and stored anywhere; else `base64:` and base64."""
    if data is None:
        return None
    if as_text and b"\0" not in data and not data.startswith(MARK.encode()):
        try:
            return data.decode()
        except UnicodeDecodeError:
            pass
    return MARK + b64encode(data).decode()


def restore(kept: str | None) -> bytes | None:
    if kept is None:
        return None
    if not kept.startswith(MARK):
        return kept.encode()
    try:
        return b64decode(kept.removeprefix(MARK), validate=True)
    except ValueError:
        return kept.encode()  # nothing that `keep` wrote


def keep_headers(headers: RawHeaders, *, as_text: bool = True) -> KeptHeaders:
    """One by one; or all in one, at 4/3 of the bytes that Kafka itself needs for them."""
    if as_text and len(headers) <= MOST_HEADERS and all(key != PACKED for key, _ in headers):
        return [(keep(_as_bytes(key)) or "", keep(value)) for key, value in headers]
    return [(PACKED, keep(pack_headers(headers), as_text=False))] if headers else []


def restore_headers(kept: KeptHeaders) -> RawHeaders:
    if [key for key, _ in kept] == [PACKED]:
        unpacked = unpack_headers(restore(kept[0][1]) or b"")
        if unpacked is not None:
            return unpacked
    return [(_as_name(restore(key) or b""), restore(value)) for key, value in kept]


def pack_headers(headers: RawHeaders) -> bytes:
    """MessagePack: name, value, name, value; one or two bytes a header more than Kafka itself needs."""
    return msgspec.msgpack.encode([_shortest(part) for header in headers for part in header])


def unpack_headers(packed: bytes) -> RawHeaders | None:
    """Back as they were; None for bytes that `pack_headers` did not write."""
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
    """As the reader of a topic hands it out."""
    try:
        return name.decode()
    except UnicodeDecodeError:
        return name


def _shortest(part: str | bytes | None) -> str | bytes | None:
    """MessagePack spends a byte less on a short text than on bytes."""
    try:
        return part.decode() if isinstance(part, bytes) else part
    except UnicodeDecodeError:
        return part

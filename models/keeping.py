r"""Raw bytes kept inside JSON and SQL text, and brought back byte for byte.

>>> keep(b"plain"), keep(b"\xff\x00"), restore("base64:/wA=")
('plain', 'base64:/wA=', b'\xff\x00')
"""

from base64 import b64decode, b64encode
from collections.abc import Sequence
from typing import Final

import msgspec

RawHeaders = Sequence[tuple[str, bytes | None]]
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
    return b64decode(kept.removeprefix(MARK)) if kept.startswith(MARK) else kept.encode()


def keep_headers(headers: RawHeaders, *, as_text: bool = True) -> KeptHeaders:
    """One by one; or all in one, at 4/3 of the bytes that Kafka itself needs for them."""
    if as_text and len(headers) <= MOST_HEADERS and all(key != PACKED for key, _ in headers):
        return [(keep(key.encode()) or "", keep(value)) for key, value in headers]
    packed = msgspec.msgpack.encode([_shortest(part) for header in headers for part in header])
    return [(PACKED, keep(packed, as_text=False))] if headers else []


def restore_headers(kept: KeptHeaders) -> RawHeaders:
    if [key for key, _ in kept] != [PACKED]:
        return [((restore(key) or b"").decode(), restore(value)) for key, value in kept]
    parts: list[str | bytes | None] = msgspec.msgpack.decode(restore(kept[0][1]) or b"")
    values = (part.encode() if isinstance(part, str) else part for part in parts[1::2])
    return [(str(key), value) for key, value in zip(parts[::2], values, strict=True)]


def _shortest(part: str | bytes | None) -> str | bytes | None:
    """MessagePack spends a byte less on a short text than on bytes."""
    try:
        return part.decode() if isinstance(part, bytes) else part
    except UnicodeDecodeError:
        return part

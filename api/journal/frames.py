"""Frames: records written and synced together, with the number of the first one and a checksum.

    4 bytes   b"SJF1"
    4 bytes   length of the body
    8 bytes   number of the first record
    16 bytes  BLAKE2b of number and body
    body      msgpack: [[topic, key, value, [[name, value], ...]], ...]

Integers are unsigned and big-endian. A frame is written only after the one before is on the disk. So a broken
frame with a whole one behind it was whole once: that is damage. Without one it was never acknowledged.
"""

import struct
from collections.abc import Iterator
from hashlib import blake2b
from typing import Final, NamedTuple

import msgspec

from api.ports import PublicRecord

MAGIC: Final = b"SJF1"
LARGEST_BODY: Final = 256 << 20
"""Bytes; a greater length is no frame's."""

_HEAD: Final = struct.Struct(">4sIQ16s")
_NUMBER: Final = struct.Struct(">Q")
_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(list[PublicRecord]).decode


class Frame(NamedTuple):
    first: int
    """Number of its first record."""
    records: list[PublicRecord]
    end: int
    """Where it ends in the bytes that it was read from."""

    @property
    def last(self) -> int:
        return self.first + len(self.records) - 1


def encoded(first: int, records: list[PublicRecord]) -> bytes:
    body = _encode(records)
    return _HEAD.pack(MAGIC, len(body), first, _checksum(first, body)) + body


def frame_at(content: bytes, start: int) -> Frame | None:
    """None where no whole frame begins."""
    if len(content) - start < _HEAD.size:
        return None
    magic, length, first, checksum = _HEAD.unpack_from(content, start)
    end = start + _HEAD.size + length
    if magic != MAGIC or length > LARGEST_BODY or end > len(content):
        return None
    body = content[start + _HEAD.size : end]
    if _checksum(first, body) != checksum:
        return None
    return Frame(first, _decode(body), end)


def frames_from(content: bytes, start: int = 0) -> Iterator[Frame]:
    """Whole frames, up to the first that is none."""
    while (frame := frame_at(content, start)) is not None:
        yield frame
        start = frame.end


def frame_after(content: bytes, start: int) -> Frame | None:
    """The first whole frame that begins behind a broken one."""
    at = content.find(MAGIC, start + 1)
    while at >= 0:
        if (frame := frame_at(content, at)) is not None:
            return frame
        at = content.find(MAGIC, at + 1)
    return None


def _checksum(first: int, body: bytes) -> bytes:
    digest = blake2b(_NUMBER.pack(first), digest_size=16)
    digest.update(body)
    return digest.digest()

"""Kafka's codecs with a bound on the output: a few kilobytes may decompress to gigabytes."""

import struct
import zlib
from collections.abc import Callable, Mapping
from mmap import mmap
from typing import Any, Final

import cramjam
from aiokafka.errors import CorruptRecordException

MAX_BATCH_BYTES: Final = 64 << 20
"""Decompressed size. Clients close a batch at about a megabyte, before compression."""
BEGINNING_BYTES: Final = 2 << 20
"""Size of the beginning that is kept of a larger batch: more than any event may have."""
_NO_ROOM: Final = ("failed to write whole buffer", "is smaller than required")
"""Texts of the decompressors' errors when the output has no room."""
INT32: Final = struct.Struct(">i")
"""A length in Kafka's protocol."""


class BatchTooLargeError(Exception):
    """A batch is larger than any regular one; `beginning` has its first bytes."""

    def __init__(self, beginning: bytes) -> None:
        super().__init__(f"decompressed, the batch has more than {MAX_BATCH_BYTES:,} bytes")
        self.beginning = beginning


def _bounded(decompress_into: Callable[[Any, Any], int]) -> Callable[[memoryview], bytes]:
    """Decompress into a memory map, of which the system allocates only the pages written."""

    def decompress(data: memoryview) -> bytes:
        with mmap(-1, MAX_BATCH_BYTES) as room:
            try:
                return room[: decompress_into(data, room)]
            except cramjam.DecompressionError as error:
                if any(words in str(error) for words in _NO_ROOM):
                    raise BatchTooLargeError(room[:BEGINNING_BYTES]) from error
                raise

    return decompress


def _gunzip(data: memoryview) -> bytes:
    """A gzip stream may have several members."""
    found = bytearray()
    left: bytes | memoryview = data
    while left:
        member = zlib.decompressobj(wbits=31)
        found += member.decompress(left, MAX_BATCH_BYTES + 1 - len(found))
        if len(found) > MAX_BATCH_BYTES:
            raise BatchTooLargeError(bytes(found[:BEGINNING_BYTES]))
        if not member.eof:
            raise zlib.error("cut short")
        left = member.unused_data
    return bytes(found)


def _unsnap(data: memoryview) -> bytes:
    """One raw block, or the framing of Java's library: many blocks, each after its length."""
    if bytes(data[: len(_XERIAL)]) != _XERIAL:
        return _unsnap_block(data)
    found, at = bytearray(), _XERIAL_HEADER_BYTES
    while at < len(data):
        (length,) = INT32.unpack_from(data, at)
        at += INT32.size + length
        if length < 0 or at > len(data):
            raise CorruptRecordException(f"A block of {length} bytes")
        found += _unsnap_block(data[at - length : at])
        if len(found) > MAX_BATCH_BYTES:
            raise BatchTooLargeError(bytes(found[:BEGINNING_BYTES]))
    return bytes(found)


_unsnap_block: Final = _bounded(cramjam.snappy.decompress_raw_into)
_XERIAL: Final = b"\x82SNAPPY\0"
_XERIAL_HEADER_BYTES: Final = 16

DECOMPRESS: Final[Mapping[int, Callable[[memoryview], bytes]]] = {
    1: _gunzip,
    2: _unsnap,
    3: _bounded(cramjam.lz4.decompress_into),
    4: _bounded(cramjam.zstd.decompress_into),
}
"""By Kafka's codec number."""

"""Kafka's codecs, with a bound on what comes out: a few kilobytes may stand for gigabytes."""

import struct
import zlib
from collections.abc import Callable, Mapping
from mmap import mmap
from typing import Any, Final

import cramjam
from aiokafka.errors import CorruptRecordException

LARGEST_BATCH_BYTES: Final = 64 << 20
"""Decompressed. Clients close a batch at a megabyte or so, before they compress it."""
SHOWN_BYTES: Final = 2 << 20
"""Of a batch that would be larger so much is handed on, which is more than any event may have."""
_NO_ROOM: Final = ("failed to write whole buffer", "is smaller than required")
"""What the decompressors say where more would come."""
_length = struct.Struct(">i")


class TooMuchError(Exception):
    """A batch is larger than any honest one; `shown` is its beginning."""

    def __init__(self, shown: bytes) -> None:
        super().__init__(f"decompressed, the batch has more than {LARGEST_BATCH_BYTES:,} bytes")
        self.shown = shown


def _bounded(decompress_into: Callable[[Any, Any], int]) -> Callable[[memoryview], bytes]:
    """Into memory that the system hands out only as far as it is written to."""

    def decompress(data: memoryview) -> bytes:
        with mmap(-1, LARGEST_BATCH_BYTES) as room:
            try:
                return room[: decompress_into(data, room)]
            except cramjam.DecompressionError as error:
                if any(words in str(error) for words in _NO_ROOM):
                    raise TooMuchError(room[:SHOWN_BYTES]) from error
                raise

    return decompress


def _gunzip(data: memoryview) -> bytes:
    """Members one after the other, as gzip allows."""
    found = bytearray()
    left: bytes | memoryview = data
    while left:
        member = zlib.decompressobj(wbits=31)
        found += member.decompress(left, LARGEST_BATCH_BYTES + 1 - len(found))
        if len(found) > LARGEST_BATCH_BYTES:
            raise TooMuchError(bytes(found[:SHOWN_BYTES]))
        if not member.eof:
            raise zlib.error("cut short")
        left = member.unused_data
    return bytes(found)


def _unsnap(data: memoryview) -> bytes:
    """As one block, or as Java's library frames many, each after its length."""
    if bytes(data[: len(_XERIAL)]) != _XERIAL:
        return _unsnap_block(data)
    found, at = bytearray(), _XERIAL_HEADER_BYTES
    while at < len(data):
        (length,) = _length.unpack_from(data, at)
        at += _length.size + length
        if length < 0 or at > len(data):
            raise CorruptRecordException(f"A block of {length} bytes")
        found += _unsnap_block(data[at - length : at])
        if len(found) > LARGEST_BATCH_BYTES:
            raise TooMuchError(bytes(found[:SHOWN_BYTES]))
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
"""By Kafka's number of the codec."""

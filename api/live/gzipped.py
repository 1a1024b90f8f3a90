"""Streams in gzip (RFC 1952), of which each text is compressed once for all readers."""

import zlib
from functools import lru_cache
from typing import Final

_HEAD: Final = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
_LAST_BLOCK: Final = b"\x03\x00"
_LEVEL: Final = 6
_KEPT: Final = 64
"""Texts; most readers get the same ones at the same time."""
_WORD: Final = 2**32


class Gzipped:
    """One reader's stream. Whatever was added so far can be read at once."""

    def __init__(self) -> None:
        self._begun = False
        self._checksum = 0
        self._length = 0

    def add(self, text: bytes) -> bytes:
        self._checksum = zlib.crc32(text, self._checksum)
        self._length += len(text)
        head = b"" if self._begun else _HEAD
        self._begun = True
        return head + _block(text)

    def end(self) -> bytes:
        if not self._begun:
            return b""
        ends = (self._checksum, self._length % _WORD)
        return _LAST_BLOCK + b"".join(number.to_bytes(4, "little") for number in ends)


@lru_cache(_KEPT)
def _block(text: bytes) -> bytes:
    """Refers to nothing before it, so it may follow anything."""
    compressor = zlib.compressobj(_LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
    return compressor.compress(text) + compressor.flush(zlib.Z_FULL_FLUSH)

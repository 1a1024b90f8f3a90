"""Bounded bytes: what all requests in flight together may hold, and how a body is read within it."""

import asyncio
import zlib
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from typing import Final

from api.intake.splitting import MOST_BYTES, too_much
from api.languages import Words
from api.problems import Problem

MOST_HELD_BYTES: Final = 64 * 1024 * 1024
WAITS_S: Final = 10.0
"""For the next part of a body."""
BODY_S: Final = 60.0
"""For all of it."""
_PART_BYTES: Final = 64 * 1024
_GZIP: Final = zlib.MAX_WBITS | 16

_FULL: Final = Words(
    "Server sedang menerima sebanyak yang dapat ditampungnya. Kirim lagi sebentar lagi.",
    "The server is taking in as much as it can hold. Send again in a moment.",
)
_SLOW: Final = Words(
    "Isi permintaan datang terlalu lambat. Kirim lagi, dalam bagian yang lebih kecil.",
    "The body came too slowly. Send it again, in smaller parts.",
)
_NO_GZIP: Final = Words(
    "Isi permintaan bukan gzip yang utuh. Periksa `Content-Encoding`, atau kirim lagi.",
    "The body is no whole gzip. Look at `Content-Encoding`, or send it again.",
)
_ENCODING: Final = Words(
    "Hanya `Content-Encoding: gzip`, atau tanpa kompresi.", "Only `Content-Encoding: gzip`, or none."
)


class Room:
    """Bytes that requests hold together."""

    def __init__(self, most_bytes: int = MOST_HELD_BYTES) -> None:
        self.most_bytes = most_bytes
        self.held_bytes = 0

    @contextmanager
    def share(self) -> Iterator["Share"]:
        """What one request holds, until the end of the block."""
        share = Share(self)
        try:
            yield share
        finally:
            self.held_bytes -= share.held_bytes


class Share:
    def __init__(self, room: Room) -> None:
        self._room = room
        self.held_bytes = 0

    def take(self, count: int) -> None:
        """Raises Problem 429 where there is no room."""
        if self._room.held_bytes + count > self._room.most_bytes:
            raise Problem(429, "no_room", _FULL, {"Retry-After": "1"})
        self._room.held_bytes += count
        self.held_bytes += count


def check_encoding(encoding: str | None) -> bool:
    """Whether the body is compressed. Raises Problem 415."""
    name = (encoding or "identity").strip().lower()
    if name not in {"gzip", "x-gzip", "identity"}:
        raise Problem(415, "unknown_encoding", _ENCODING)
    return name != "identity"


async def read_body(parts: AsyncIterator[bytes], share: Share, *, compressed: bool) -> bytes:
    """The body, decompressed. Raises Problem: 400 for no gzip, 408 if it is slow, 413, 429."""
    body = bytearray()
    unpacked = _Unpacked() if compressed else None
    loop = asyncio.get_running_loop()
    ends_s = loop.time() + BODY_S
    try:
        async with asyncio.timeout(WAITS_S) as limit:
            async for part in parts:
                for piece in unpacked.pieces(part) if unpacked else (part,):
                    if len(body) + len(piece) > MOST_BYTES:
                        raise too_much()
                    share.take(len(piece))
                    body += piece
                limit.reschedule(min(loop.time() + WAITS_S, ends_s))
    except TimeoutError as error:
        raise Problem(408, "too_slow", _SLOW, {"Connection": "close"}) from error
    if unpacked and not unpacked.whole:
        raise Problem(400, "no_gzip", _NO_GZIP)
    return bytes(body)


class _Unpacked:
    """Decompresses gzip, also several members in a row, in pieces of bounded size."""

    def __init__(self) -> None:
        self._stream = zlib.decompressobj(_GZIP)
        self._read_bytes = 0
        self.whole = False
        """Whether a member has just ended."""

    def pieces(self, part: bytes) -> Iterator[bytes]:
        self._read_bytes += len(part)
        if self._read_bytes > MOST_BYTES + _PART_BYTES:  # members of gzip may be empty
            raise too_much()
        more = bool(part)
        while more:
            if self.whole:
                self._stream, self.whole = zlib.decompressobj(_GZIP), False
            try:
                piece = self._stream.decompress(part, _PART_BYTES)
            except zlib.error as error:
                raise Problem(400, "no_gzip", _NO_GZIP) from error
            self.whole = self._stream.eof
            part = self._stream.unused_data if self.whole else self._stream.unconsumed_tail
            more = bool(part) or (len(piece) == _PART_BYTES and not self.whole)
            if piece:
                yield piece

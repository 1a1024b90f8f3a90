"""The answer that is a stream: what a reader is told, as server-sent events."""

import asyncio
from contextlib import suppress
from secrets import randbelow
from typing import Any, Final

from fastapi import Response
from starlette.types import Receive, Scope, Send

from api.live import messages
from api.live.fanout import Fanout
from api.live.gzipped import Gzipped
from api.live.reader import Reader

WRITE_S: Final = 10.0
"""A reader that takes nothing for so long is gone."""
RETRY_MS: Final = 2_000
"""Readers that lost their server come again after this time or up to twice as much, and not all at once."""


class Stream(Response):
    """Writes what a reader is told, as long as it reads."""

    def __init__(
        self, of: Fanout, reader: Reader, vary: bytes = b"Authorization", *, zipped: bool = False
    ) -> None:
        """`vary`: the headers by which the client was known, and what it takes."""
        super().__init__()
        self._of = of
        self._reader = reader
        self._zipped = Gzipped() if zipped else None
        self._head = [
            (b"content-type", b"text/event-stream; charset=utf-8"),
            (b"cache-control", b"no-store"),
            (b"vary", vary),
            (b"x-accel-buffering", b"no"),
            *([(b"content-encoding", b"gzip")] if zipped else []),
        ]

    async def __call__(self, _scope: Scope, receive: Receive, send: Send) -> None:
        gone = asyncio.create_task(_until_gone(receive, self._reader))
        try:
            await self._write(send)
        finally:
            gone.cancel()
            self._of.leave(self._reader)

    async def _write(self, send: Send) -> None:
        """Returns when the stream is to end, or its reader has taken nothing for too long."""
        with suppress(TimeoutError):
            await send({"type": "http.response.start", "status": 200, "headers": self._head})
            await self._tell(send, messages.retry(RETRY_MS + randbelow(RETRY_MS)))
            while (text := await self._reader.next()) is not None:
                await self._tell(send, text)
            await send(_body(self._zipped.end() if self._zipped else b"", more=False))

    async def _tell(self, send: Send, text: bytes) -> None:
        async with asyncio.timeout(WRITE_S):
            await send(_body(self._zipped.add(text) if self._zipped else text))


def _body(text: bytes, *, more: bool = True) -> dict[str, Any]:
    return {"type": "http.response.body", "body": text, "more_body": more}


async def _until_gone(receive: Receive, reader: Reader) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    reader.end()

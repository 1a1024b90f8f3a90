"""One reader of the stream: a slot with what it is to get next, in which the latest wins."""

import asyncio

from api.live.messages import Tick


class Reader:
    """Holds at most one message of each campaign, and one status, however slow it reads."""

    def __init__(self, token: str) -> None:
        self.token = token
        self._first = b""
        self._tick: Tick | None = None
        self._status = b""
        self._ended = False
        self._wake = asyncio.Event()

    def begin(self, text: bytes) -> None:
        """A snapshot, or what comes before all else; what waits is part of it."""
        self._first, self._tick = text, None
        self._wake.set()

    def tell(self, tick: Tick) -> None:
        self._tick = tick if self._tick is None else self._tick.then(tick)
        self._wake.set()

    def tell_status(self, text: bytes) -> None:
        self._status = text
        self._wake.set()

    def end(self) -> None:
        self._ended = True
        self._wake.set()

    async def next(self) -> bytes | None:
        """All that waits, in one piece; None when the stream ends."""
        await self._wake.wait()
        self._wake.clear()
        if self._ended:
            return None
        tick = b"" if self._tick is None else self._tick.text
        text = self._first + tick + self._status
        self._first, self._tick, self._status = b"", None, b""
        return text

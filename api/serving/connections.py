"""Connections of uvicorn, bounded: in number, in the size of headers, and in how long they are waited for.

uvicorn itself waits for headers, and for whoever reads no answer, for ever.
"""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any, Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

MOST_HEADER_BYTES: Final = 32 * 1024
"""Of request line and headers."""
HEADERS_S: Final = 15.0
"""For the headers of a request, from the connection or from the request's first byte."""
UNREAD_S: Final = 15.0
"""For a client that does not read, or does not end a request that has been answered."""
SWEEP_S: Final = 1.0

_TOO_LARGE: Final = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
)


class Waiting:
    """Connections that keep the server waiting, the longest first."""

    def __init__(self, most_connections: int) -> None:
        self.most_connections = most_connections
        self._until_s: dict[Connection, float] = {}

    def __len__(self) -> int:
        return len(self._until_s)

    def __contains__(self, connection: "Connection") -> bool:
        return connection in self._until_s

    def add(self, connection: "Connection", until_s: float) -> None:
        self._until_s.setdefault(connection, until_s)

    def remove(self, connection: "Connection") -> None:
        self._until_s.pop(connection, None)

    def cut_longest(self) -> bool:
        """Whether there was one."""
        longest = next(iter(self._until_s), None)
        if longest is None:
            return False
        self.remove(longest)
        longest.transport.abort()
        return True

    async def sweep(self) -> None:
        """Cut, for ever, those that have kept it waiting for too long."""
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(SWEEP_S)
            late = [one for one, until_s in self._until_s.items() if until_s < loop.time()]
            for connection in late:
                self.remove(connection)
                connection.transport.abort()

    def protocol(self) -> Callable[..., Any]:
        """What uvicorn takes as the class of its connections."""
        return partial(Connection, self)


class Connection(HttpToolsProtocol):
    """Is waited for while it has sent a part of a request's headers, or does not read its answer."""

    def __init__(self, waiting: Waiting, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._waiting = waiting
        self._header_bytes = 0
        self._reads_headers = True
        self._is_read = True
        """Whether the client reads what is written to it."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        if len(self.connections) > self._waiting.most_connections and not self._waiting.cut_longest():
            transport.abort()
            return
        self._wait(HEADERS_S)

    def connection_lost(self, exc: Exception | None) -> None:
        self._waiting.remove(self)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._reads_headers:
            self._header_bytes += len(data)
            self._wait(HEADERS_S)
        elif self.cycle is not None and self.cycle.response_complete:
            self._wait(UNREAD_S)
        super().data_received(data)
        if self._reads_headers and self._header_bytes > MOST_HEADER_BYTES and not self.transport.is_closing():
            self.transport.write(_TOO_LARGE)
            self.transport.close()

    def on_headers_complete(self) -> None:
        self._reads_headers = False
        self._wait_no_more()
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        super().on_message_complete()
        self._reads_headers, self._header_bytes = True, 0
        self._wait_no_more()

    def pause_writing(self) -> None:
        super().pause_writing()
        self._is_read = False
        self._wait(UNREAD_S)

    def resume_writing(self) -> None:
        super().resume_writing()
        self._is_read = True
        self._wait_no_more()
        if self._reads_headers and self._header_bytes:
            self._wait(HEADERS_S)

    def _wait(self, seconds: float) -> None:
        self._waiting.add(self, self.loop.time() + seconds)

    def _wait_no_more(self) -> None:
        if self._is_read:
            self._waiting.remove(self)

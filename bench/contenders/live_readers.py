"""Readers of `/v1/live`, as many connections as asked, in one process that parses as little as it can.

Standard input: one line of JSON (`Task`). It prints `ready` when every reader has its snapshot, and at the
end one line of JSON (`Readings`).
"""

import asyncio
import re
import sys
from time import monotonic

import msgspec

KEPT_BYTES = 256 * 1024
"""Of what a reader got last; all campaigns of the bench change within much less."""
SETTLED_S = 2.0
"""After the last change arrived, the totals of all campaigns must be right."""
_total = re.compile(rb'"campaign_id":"([^"]+)","workers":\{"first":(\d+)')


class Task(msgspec.Struct):
    port: int
    key: str
    readers: int
    last: str
    """The campaign that changes last."""
    totals: dict[str, int]
    """Credit of workers under `first` in the end, by campaign."""
    timeout_s: float


class Readings(msgspec.Struct):
    arrived_s: list[float]
    """Instants (CLOCK_MONOTONIC) when each reader got the last change."""
    wrong: int
    """Readers whose last totals were not the right ones."""


class Reader(asyncio.Protocol):
    def __init__(self, task: Task) -> None:
        self._task = task
        self._mark = f'"campaign_id":"{task.last}"'.encode()
        self._text = b""
        self.began = asyncio.Event()
        self.arrived_s: float | None = None
        self.over = asyncio.Event()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)  # noqa: S101
        transport.write(
            b"GET /v1/live HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/event-stream\r\n"
            b"Authorization: Bearer %s\r\n\r\n" % self._task.key.encode()
        )

    def data_received(self, data: bytes) -> None:
        self._text = (self._text + data)[-KEPT_BYTES:]
        if not self.began.is_set() and b"event: snapshot" in self._text:
            self.began.set()
        if self.arrived_s is None and self._mark in data:
            self.arrived_s = monotonic()
            self.over.set()

    def connection_lost(self, exc: Exception | None) -> None:
        del exc
        self.began.set()
        self.over.set()

    def is_right(self) -> bool:
        found = {name.decode(): int(total) for name, total in _total.findall(self._text)}
        return {name: found.get(name) for name in self._task.totals} == self._task.totals


async def main() -> None:
    task = msgspec.json.decode(sys.stdin.readline(), type=Task)
    loop = asyncio.get_running_loop()
    readers = [Reader(task) for _ in range(task.readers)]
    for reader in readers:
        await loop.create_connection(lambda reader=reader: reader, "127.0.0.1", task.port)  # type: ignore[misc]
    async with asyncio.timeout(task.timeout_s):
        await asyncio.gather(*(reader.began.wait() for reader in readers))
        print("ready", flush=True)
        await asyncio.gather(*(reader.over.wait() for reader in readers))
    await asyncio.sleep(SETTLED_S)
    arrived = [reader.arrived_s for reader in readers if reader.arrived_s is not None]
    wrong = sum(not reader.is_right() for reader in readers)
    print(msgspec.json.encode(Readings(arrived, wrong + len(readers) - len(arrived))).decode(), flush=True)


if __name__ == "__main__":
    asyncio.run(main())

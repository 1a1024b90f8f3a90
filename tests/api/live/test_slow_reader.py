"""A reader that takes nothing is let go, and the others are told meanwhile."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from api.app import create_app
from api.keys.key import Scope
from api.live import stream
from tests.api.gateways import gateway_of_store, key
from tests.reports.filled import Filled
from tests.sinks.records import count, row

PATIENCE_S = 30.0


def test_a_write_that_blocks_ends_the_reader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "WRITE_S", 0.3)
    filled = Filled(f"sqlite:///{tmp_path}/store.db")
    filled.count(count("a", 1, row(1)))
    of = gateway_of_store(filled.url)
    app, token = create_app(of), key(of, "reader", Scope.READ_COUNTS)

    async def run() -> None:
        reads, blocked = Client(token), Client(token, takes=2)
        streams = [asyncio.create_task(app(one.scope, one.receive, one.send)) for one in (reads, blocked)]
        await asyncio.wait_for(streams[1], PATIENCE_S)
        assert of.metrics.registry.get_sample_value("sambung_gateway_live_readers") == 1
        filled.count(count("b", 1, row(1)))
        await asyncio.wait_for(reads.until(b'"campaign_id":"b"'), PATIENCE_S)
        of.stop()
        await asyncio.wait_for(streams[0], PATIENCE_S)
        assert app.state.live.readers == 0

    asyncio.run(run())
    app.state.reading.close()
    of.store.close()
    filled.close()


class Client:
    """One that takes so many messages of the server's and then no more."""

    def __init__(self, token: str, takes: int = 1_000) -> None:
        self.taken = b""
        self._takes = takes
        self._more = asyncio.Event()
        self.scope: dict[str, Any] = {
            "type": "http",
            "method": "GET",
            "path": "/v1/live",
            "query_string": b"",
            "scheme": "http",
            "headers": [(b"authorization", f"Bearer {token}".encode())],
        }

    async def receive(self) -> dict[str, Any]:
        return await asyncio.Future()

    async def send(self, message: Any) -> None:
        if not self._takes:
            await asyncio.Future()
        self._takes -= 1
        self.taken += message.get("body", b"")
        self._more.set()

    async def until(self, text: bytes) -> None:
        while text not in self.taken:
            await self._more.wait()
            self._more.clear()

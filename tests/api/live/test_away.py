"""The store does not answer: streams end after 5 s, and new ones are refused, until it is back."""

import asyncio
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import pytest
from sqlalchemy import Connection

from api.keys.key import Scope
from api.keys.ring import KeyRing
from api.live import fanout
from api.live import hub as hubs
from api.live.hub import Hub, Sources
from api.store import StoreAway, StoreReader
from tests.api.gateways import gateway_of_store, key
from tests.reports.filled import Filled
from tests.sinks.records import count, row

Result = TypeVar("Result")
AWAY_S = 0.6


class Failing(StoreReader):
    """Away while a test says so."""

    away = False

    async def read(self, query: Callable[[Connection], Result], timeout_s: float = AWAY_S) -> Result:
        if self.away:
            raise StoreAway("it was unplugged")
        return await super().read(query, timeout_s)


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fanout, "AWAY_S", AWAY_S)


def test_streams_end_when_the_store_is_away_and_begin_again_when_it_is_back(tmp_path: Path) -> None:
    filled = Filled(f"sqlite:///{tmp_path}/store.db")
    filled.count(count("a", 1, row(1)))
    of = gateway_of_store(filled.url)
    token = key(of, "reader", Scope.READ_COUNTS)

    async def run() -> None:
        store = Failing(filled.url, 1)
        hub = Hub(Sources(store, KeyRing(of.store), None))
        reader = await hub.join(token, None)
        assert b"snapshot" in (await reader.next() or b"")
        store.away = True
        began_s = time.monotonic()
        assert await ended(reader)
        assert AWAY_S <= time.monotonic() - began_s + hubs.LOOK_S < 3 * AWAY_S
        hub.leave(reader)
        with pytest.raises(StoreAway):
            await hub.join(token, None)
        assert hub.readers == 0
        store.away = False
        again = await hub.join(token, None)
        assert b"snapshot" in (await again.next() or b"")
        hub.leave(again)
        store.close()

    asyncio.run(run())
    of.store.close()
    filled.close()


def test_a_fault_of_ours_ends_streams_rather_than_leave_them_without_news(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled = Filled(f"sqlite:///{tmp_path}/store.db")
    of = gateway_of_store(filled.url)
    token = key(of, "reader", Scope.READ_COUNTS)

    async def run() -> None:
        hub = Hub(Sources(of.store, KeyRing(of.store), None))
        reader = await hub.join(token, None)
        await reader.next()

        def broken(*_: Any, **__: Any) -> Any:
            raise ZeroDivisionError

        monkeypatch.setattr(hubs, "look", broken)
        assert await ended(reader)
        hub.leave(reader)

    asyncio.run(run())
    of.store.close()
    filled.close()


async def ended(reader: hubs.Reader) -> bool:
    async with asyncio.timeout(5):
        while await reader.next() is not None:
            pass
    return True

"""Reading the store from the gateway: bounded waits, and a store that comes back."""

import asyncio
from pathlib import Path
from time import monotonic, sleep

import pytest
from sqlalchemy import Connection, text

from api.store import StoreAway, StoreReader
from sinks.store import open_store


def test_a_query_reads_the_store(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/sambung.db"
    open_store(url).dispose()
    reader = StoreReader(url)
    assert asyncio.run(reader.read(lambda connection: connection.scalar(text("SELECT 1 + 1")))) == 2
    reader.close()


def test_a_store_that_is_not_there_is_away_until_it_is(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/sambung.db"
    reader = StoreReader(url)
    with pytest.raises(StoreAway, match="There is no store at"):
        asyncio.run(reader.read(_one))
    open_store(url).dispose()
    assert asyncio.run(reader.read(_one)) == 1
    reader.close()


def test_slow_queries_are_given_up_and_hold_up_no_others(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/sambung.db"
    open_store(url).dispose()
    reader = StoreReader(url, threads=2)

    async def ask() -> int:
        with pytest.raises(StoreAway, match="no answer"):
            await reader.read(lambda _: sleep(1), timeout_s=0.1)
        return await reader.read(_one)

    before = monotonic()
    assert asyncio.run(ask()) == 1
    assert monotonic() - before < 1
    reader.close()


def _one(connection: Connection) -> int:
    return connection.scalar(text("SELECT 1")) or 0

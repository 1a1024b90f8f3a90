"""Rows of who looked at whom: durable before the answer, beside a worker that writes, or no answer."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic

import pytest

from api.keys.access import AccessLog
from api.store import StoreAway
from models.tables.audiences import RoleKind
from sinks.sql import SqlSink
from sinks.store import migrate, open_store
from tests.sambung.stores.steady_writer import batch_of
from tests.services.postgres import Postgres
from tests.services.roles import connecting, new_role
from tests.sinks.records import NOW_US, ORIGIN
from tests.stores import opened, run

WHY = "/v1/members/{id}/why"
ROWS = "SELECT at, key_name, member_id, asked FROM access ORDER BY member_id"


@pytest.fixture
def url(storeless: str) -> str:
    open_store(storeless).dispose()
    return storeless


@pytest.fixture
def log(url: str) -> Iterator[AccessLog]:
    made = AccessLog(url, lambda: NOW_US)
    yield made
    made.close()


@contextmanager
def written_to(url: str) -> Iterator[SqlSink]:
    """A store that a worker writes batch after batch, without a pause."""
    sink, ended = SqlSink(url), threading.Event()
    sink.open_generation(ORIGIN, NOW_US)

    def write() -> None:
        number = 1
        while not ended.is_set():
            sink.apply(batch_of(number))
            number += 1

    writer = threading.Thread(target=write)
    writer.start()
    try:
        yield sink
    finally:
        ended.set()
        writer.join()
        sink.close()


def test_a_row_is_there_when_the_answer_may_be_given(url: str, log: AccessLog) -> None:
    async def look() -> None:
        await log.record("page", ["m1", "m2"], WHY)
        assert len(run(url, ROWS)) == 2
        await log.record("page", [], WHY)

    asyncio.run(look())
    [(at, *first), (_, *second)] = run(url, ROWS)
    assert at == run(url, ROWS)[1][0]
    assert (first, second) == (["page", "m1", WHY], ["page", "m2", WHY])


def test_the_same_look_twice_is_two_rows(url: str, log: AccessLog) -> None:
    async def look() -> None:
        await asyncio.gather(*(log.record("page", ["m1"], WHY) for _ in range(50)))

    asyncio.run(look())
    assert len(run(url, ROWS)) == 50


def test_it_is_written_beside_a_worker_that_never_rests(url: str, log: AccessLog) -> None:
    async def look() -> list[float]:
        waits = []
        for number in range(40):
            before = monotonic()
            await log.record("page", [f"m{number}"], WHY)
            waits.append(monotonic() - before)
        return waits

    with written_to(url):
        waits = asyncio.run(look())
    assert len(run(url, ROWS)) == 40
    assert max(waits) < 5


def test_no_row_no_answer(url: str, log: AccessLog) -> None:
    run(url, "ALTER TABLE access RENAME TO elsewhere")
    with pytest.raises(StoreAway, match="access"):
        asyncio.run(log.record("page", ["m1"], WHY))


def test_a_store_that_lets_nobody_write_holds_an_answer_up_for_a_bounded_time(url: str) -> None:
    log = AccessLog(url, wait_s=1)
    lock = "BEGIN IMMEDIATE" if url.startswith("sqlite") else "LOCK TABLE access"
    before = monotonic()
    with opened(url) as connection:
        connection.exec_driver_sql(lock)
        with pytest.raises(StoreAway):
            asyncio.run(log.record("page", ["m1"], WHY))
        assert 0.5 < monotonic() - before < 3
        connection.rollback()
    asyncio.run(log.record("page", ["m2"], WHY))
    assert ("m2",) in run(url, "SELECT member_id FROM access")
    log.close()


def test_in_postgresql_it_waits_for_no_writer_and_needs_no_more_than_the_gateways_rights(
    postgres: Postgres,
) -> None:
    url = postgres.new_database()
    open_store(url).dispose()
    migrate(url, {RoleKind.GATEWAY: (role := new_role())})
    log = AccessLog(connecting(url, role))
    writing = open_store(url)
    with writing.begin():
        asyncio.run(log.record("page", ["m1"], WHY))
        assert len(run(url, ROWS)) == 1
    writing.dispose()
    log.close()


def test_a_role_that_may_not_write_gives_no_answer(postgres: Postgres) -> None:
    url = postgres.new_database()
    open_store(url).dispose()
    migrate(url, {RoleKind.READER: (role := new_role())})
    log = AccessLog(connecting(url, role))
    with pytest.raises(StoreAway, match="read-only"):
        asyncio.run(log.record("page", ["m1"], WHY))
    log.close()

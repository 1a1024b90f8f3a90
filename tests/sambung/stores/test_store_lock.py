"""The store's lock: shared by followers of a stream, exclusive for a new stream."""

from pathlib import Path

import pytest
from sqlalchemy.exc import DBAPIError

from sambung.stores.store_lock import store_lock
from sambung.terminal.exits import Exit, Failed
from sinks.staging import Staging
from tests.services.postgres import END_LOCK_HOLDERS, postgres_server
from tests.sinks.cases import Kind
from tests.sinks.records import NOW_US, batch, statement
from tests.stores import run

TRIES = 40


@pytest.fixture
def url(database: Kind) -> str:
    return database.new_url()


def test_followers_write_beside_each_other(url: str) -> None:
    with store_lock(url) as first, store_lock(url) as second:
        first.share()
        second.share()


def test_who_begins_a_stream_keeps_all_others_out(url: str) -> None:
    with store_lock(url) as first, store_lock(url) as second:
        first.acquire_exclusive()
        with pytest.raises(Failed, match="Another replay is writing") as follower:
            second.share()
        with pytest.raises(Failed, match="A replay or a worker is writing"):
            second.acquire_exclusive()
    assert follower.value.code == Exit.SERVICE_MISSING


def test_who_has_begun_lets_others_follow(url: str) -> None:
    with store_lock(url) as first, store_lock(url) as second:
        first.acquire_exclusive()
        first.share()
        second.share()
        with pytest.raises(Failed):
            second.acquire_exclusive()


def test_who_follows_can_begin_when_the_others_are_gone(url: str) -> None:
    with store_lock(url) as first:
        with store_lock(url) as second:
            first.share()
            second.share()
            with pytest.raises(Failed):
                first.acquire_exclusive()
        first.acquire_exclusive()
        with store_lock(url) as third, pytest.raises(Failed):
            third.share()


def test_what_was_let_go_of_is_free_at_once(url: str) -> None:
    """In one of six runs PostgreSQL kept the lock of a closed connection for a moment."""
    with store_lock(url) as first:
        for _ in range(TRIES):
            with store_lock(url) as second:
                first.share()
                second.share()
            first.acquire_exclusive()


def test_the_last_one_removes_the_file(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 's.db'}"
    with store_lock(url) as first:
        first.share()
        with store_lock(url) as second:
            second.share()
        assert [path.name for path in tmp_path.iterdir()] == ["s.db-lock"]
    assert list(tmp_path.iterdir()) == []


def test_stores_do_not_know_each_other(sqlite: Kind, postgresql: Kind) -> None:
    own_schema = postgresql.new_url()
    run(own_schema, "CREATE SCHEMA IF NOT EXISTS other")
    other_schema = f"{own_schema}?options=-csearch_path%3Dother"
    with (
        store_lock(sqlite.new_url()) as first,
        store_lock(sqlite.new_url()) as second,
        store_lock(own_schema) as third,
        store_lock(other_schema) as fourth,
    ):
        for lock in (first, second, third, fourth):
            lock.acquire_exclusive()


def test_a_lock_that_ended_with_its_connection_is_taken_again_before_anything_is_written(
    postgresql: Kind,
) -> None:
    url = postgresql.new_url()
    written: list[int] = []
    with store_lock(url) as first, store_lock(url) as second:
        first.acquire_exclusive()
        run(url, END_LOCK_HOLDERS)
        first.guarded(written.append)(1)
        with pytest.raises(Failed):
            second.share()
    assert written == [1]


def test_one_that_broke_while_it_was_used_is_let_go_of_in_silence(postgresql: Kind) -> None:
    url = postgresql.new_url()
    with store_lock(url) as first:
        first.acquire_exclusive()
        run(url, END_LOCK_HOLDERS)
        with pytest.raises(DBAPIError, match="terminating connection"):
            first.share()
    with store_lock(url) as second:
        second.acquire_exclusive()


def test_who_lost_the_lock_to_another_writes_nothing(postgresql: Kind) -> None:
    url = postgresql.new_url()
    written: list[int] = []
    with store_lock(url) as first, store_lock(url) as second:
        first.share()
        run(url, END_LOCK_HOLDERS)
        second.acquire_exclusive()
        for _ in range(2):
            with pytest.raises(Failed, match="Another replay is writing"):
                first.guarded(written.append)(1)
    assert written == []


@pytest.mark.service
def test_while_the_server_is_away_nothing_is_written_and_afterwards_it_goes_on() -> None:
    written: list[int] = []
    with postgres_server() as server, store_lock(server.new_database()) as lock:
        lock.share()
        server.kill()
        for _ in range(2):
            with pytest.raises(Exception, match="connection"):
                lock.guarded(written.append)(1)
        server.start()
        lock.guarded(written.append)(2)
    assert written == [2]


def test_a_rebuild_that_lost_the_lock_to_another_writes_nothing(postgresql: Kind) -> None:
    with postgresql.opened() as case, Staging(1) as staging:
        staging.apply(batch(statement("m1")))
        before = case.all_rows()
        with store_lock(case.url) as first, store_lock(case.url) as second:
            first.acquire_exclusive()
            run(case.url, END_LOCK_HOLDERS)
            second.acquire_exclusive()
            with pytest.raises(Failed, match="Another replay is writing"):
                staging.settle(first.guard_sink(case.sink), {}, NOW_US)
        assert case.all_rows() == before

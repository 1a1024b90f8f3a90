"""Properties of a store in PostgreSQL alone."""

import builtins
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from time import monotonic
from typing import Any

import pytest
from sqlalchemy.exc import DBAPIError

from models.intake.refusal import RawRecord, Reason, Refusal, rejected_record
from sinks.base import Applied, StoreError
from sinks.databases import bulk
from sinks.sql import SqlSink
from sinks.store import first_line, open_for_reading, open_store
from tests.services.postgres import postgres_server
from tests.sinks.cases import Kind
from tests.sinks.records import NOW_US, ORIGIN, batch, count, row, statement
from tests.stores import run

MANY = 3 * bulk.MIN_STAGED_ROWS


@pytest.fixture
def url(postgresql: Kind) -> str:
    return postgresql.new_url()


@pytest.fixture
def sink(url: str) -> Iterator[SqlSink]:
    opened = SqlSink(url)
    opened.open_generation(ORIGIN, NOW_US)
    yield opened
    opened.close()


def members(offset: int, **fields: Any) -> list[bytes]:
    return [statement(f"m{each}", offset + each, **fields) for each in range(MANY)]


def test_many_rows_are_put_as_few_are(sink: SqlSink, url: str) -> None:
    districts = [row(each + 1, district=f"34.{each:04}") for each in range(MANY)]
    assert sink.apply(batch(*members(1), counts=(count("a", 1, *districts),))) == Applied(MANY, 1)
    assert sink.apply(batch(*members(1))) == Applied()
    changed = members(1_000, duplicates=1)
    fewer = [row(each + 2, district=f"34.{each:04}") for each in range(1, MANY)]
    assert sink.apply(batch(*changed, counts=(count("a", 2, *fewer),))) == Applied(MANY, 1)
    assert run(url, "SELECT count(*), sum(duplicates) FROM member") == [(MANY, MANY)]
    assert run(url, "SELECT count(*), min(credit) FROM live_count") == [(MANY - 1, 3)]
    assert run(url, "SELECT count(*) FROM statement") == [(2 * MANY,)]


def test_two_that_write_at_once_wait_for_each_other(sink: SqlSink, url: str) -> None:
    other = SqlSink(url)
    batches = [batch(*members(1 + 1_000 * turn, duplicates=turn)) for turn in range(6)]
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda one: one[0].apply(one[1]), zip((sink, other) * 3, batches, strict=True)))
    other.close()
    assert run(url, "SELECT DISTINCT duplicates FROM member") == [(5,)]


def test_whatever_bytes_were_refused_are_kept(sink: SqlSink, url: str) -> None:
    raw = b"\x00 nul \xff \\ \t \n \\N \\. \xe2\x80\xa8"
    headers = [("h\x00", b"\x00"), ("h", None)]
    refusal = Refusal(Reason.NOT_JSON, ("no \x00 object \\N",))
    record = rejected_record(refusal, ("enrollment", 0, 1), RawRecord(b"\\N", raw, headers))
    text = rejected_record(
        refusal, ("enrollment", 0, 2), RawRecord(b"k", b"tab\t, newline\n, \\N, \\., %s", [])
    )
    assert sink.apply(batch(rejected=(record, text))) == Applied(rejected=2)
    stored = run(url, 'SELECT key, value FROM rejected ORDER BY "offset"')
    assert stored[0][0] == "\\N"
    assert stored[0][1].startswith("base64:")
    assert stored[1] == ("k", "tab\t, newline\n, \\N, \\., %s")


@pytest.mark.service
def test_a_server_that_was_restarted_is_written_to_again_at_once() -> None:
    with postgres_server() as server:
        sink = SqlSink(server.new_database())
        sink.apply(batch(statement("m1")))
        server.kill()
        with pytest.raises(DBAPIError):
            sink.apply(batch(statement("m2")))
        server.start()
        assert sink.apply(batch(statement("m2"))) == Applied(statements=1)
        sink.close()


def test_a_connection_that_dies_in_the_middle_of_a_batch_leaves_nothing(sink: SqlSink, url: str) -> None:
    """A trigger ends the very connection that copies."""
    run(
        url,
        "CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM "
        "pg_terminate_backend(pg_backend_pid()); RETURN NEW; END $$; "
        "CREATE TRIGGER die BEFORE INSERT ON credit_line FOR EACH ROW EXECUTE FUNCTION die()",
    )
    with pytest.raises(DBAPIError) as died:
        sink.apply(batch(*members(1)))
    run(url, "DROP FUNCTION die CASCADE")
    assert died.value.connection_invalidated
    assert run(url, "SELECT count(*) FROM member") == [(0,)]
    assert sink.apply(batch(*members(1))) == Applied(MANY)


def test_what_people_are_told_of_an_error_shows_no_row(sink: SqlSink, url: str) -> None:
    somebody = "of-somebody"
    run(url, "ALTER TABLE event ADD CONSTRAINT short CHECK (length(body) < 10)")
    body = b'{"type":"enrollment","event_id":"%b","revision":0,"recorded_at":"2017"}' % somebody.encode()
    with pytest.raises(DBAPIError) as refused:
        sink.apply(batch(accepted=(body,)))
    run(url, "ALTER TABLE event DROP CONSTRAINT short")
    assert somebody in str(refused.value)
    assert first_line(refused.value) == 'new row for relation "event" violates check constraint "short"'


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg"])
def test_a_url_may_name_the_driver_or_not(url: str, scheme: str) -> None:
    open_store(url.replace("postgresql", scheme, 1)).dispose()


def test_without_the_driver_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *rest: Any) -> Any:
        if name == "psycopg":
            raise ModuleNotFoundError("No module named 'psycopg'")
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(StoreError, match=r"pip install 'sambung\[postgresql\]'"):
        open_store("postgresql://me@host/db")


def test_a_server_that_is_not_there_is_told_in_a_sentence() -> None:
    with pytest.raises(StoreError) as refused:
        open_store("postgresql://me:secret@127.0.0.1:1/db")
    assert "postgresql://me:***@127.0.0.1:1/db cannot be opened" in str(refused.value)
    assert "Connection refused" in str(refused.value)


def test_a_server_that_says_nothing_is_given_up_soon() -> None:
    """Whoever reads is answered after 5 s that the store is away; a thread should not hang much longer."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = "127.0.0.1:" + str(silent.getsockname()[1])
        before = monotonic()
        with pytest.raises(StoreError, match="cannot be opened"):
            open_for_reading(f"postgresql://reader@{address}/sambung")
    assert monotonic() - before < 8

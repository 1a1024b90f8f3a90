"""Opening a store: set up when empty, refused when another release made it."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from sinks.base import StoreError
from sinks.sql import SqlSink
from sinks.store import REVISION, open_for_reading, open_store
from tests.sinks.records import NOW_US, ORIGIN, batch, statement
from tests.stores import run

TABLES_AND_VIEWS = (
    "member",
    "credit",
    "statement",
    "credit_current",
    "live_count",
    "campaign",
    "event",
    "outreach_event",
    "inspection",
    "rejected",
)


def refusal(url: str) -> str:
    with pytest.raises(StoreError) as refused:
        open_store(url)
    return str(refused.value)


def test_an_empty_store_is_set_up_by_itself(url: str) -> None:
    open_store(url).dispose()
    for name in TABLES_AND_VIEWS:
        run(url, f"SELECT * FROM {name}")


def test_a_store_that_was_set_up_opens_again(url: str) -> None:
    for _ in range(2):
        sink = SqlSink(url)
        sink.apply(batch(statement()))
        sink.close()
    assert run(url, "SELECT count(*) FROM member") == [(1,)]


def test_a_newer_store_is_refused(url: str) -> None:
    open_store(url).dispose()
    run(url, "UPDATE store_revision SET version_num = '2999'")
    assert refusal(url) == (
        f"The store {url} has the schema 2999; this release knows {REVISION}. "
        "A newer release made it: install that one."
    )


def test_a_database_of_somebody_else_with_our_names_is_refused(url: str) -> None:
    run(url, "CREATE TABLE member (id INTEGER)")
    assert "has no store of sambung's" in refusal(url)
    with pytest.raises(Exception, match="statement"):
        run(url, "SELECT * FROM statement")


def test_a_database_of_somebody_else_with_other_names_is_shared(url: str) -> None:
    run(url, "CREATE TABLE customer (id INTEGER)")
    open_store(url).dispose()
    assert run(url, "SELECT count(*) FROM member") == [(0,)]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "store.db"


def test_a_file_that_is_no_database_is_refused(file: Path) -> None:
    file.write_text("Dear all, " * 100)
    assert "cannot be opened: file is not a database" in refusal(f"sqlite:///{file}")


def test_a_directory_that_is_not_there_is_refused(tmp_path: Path) -> None:
    assert "See that its directory is there" in refusal(f"sqlite:///{tmp_path}/none/store.db")


EITHER = "Write sqlite:///PATH or postgresql://USER@HOST/DATABASE."


def test_what_is_no_url_is_refused() -> None:
    assert refusal("store.db") == f"'store.db' is no database URL. {EITHER}"


def test_a_password_is_not_shown() -> None:
    no_store = "mysql://me:***@host/db is no store that this release can use."
    assert refusal("mysql://me:secret@host/db") == f"{no_store} {EITHER}"


def test_a_report_makes_no_store(file: Path) -> None:
    with pytest.raises(StoreError, match="There is no store at"):
        open_for_reading(f"sqlite:///{file}")
    assert not file.exists()


def test_a_report_of_a_database_without_a_store_is_refused_and_makes_none(url: str) -> None:
    run(url, "CREATE TABLE customer (id INTEGER)")
    with pytest.raises(StoreError, match="has no store of sambung's"):
        open_for_reading(url)


def test_a_report_reads_while_a_sink_writes_and_cannot_write_itself(url: str) -> None:
    sink = SqlSink(url)
    reader = open_for_reading(url)
    with reader.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM member").scalar() == 0
        sink.apply(batch(statement()))
        assert connection.exec_driver_sql("SELECT count(*) FROM member").scalar() == 0
        with pytest.raises(Exception, match=r"readonly database|read-only transaction"):
            connection.exec_driver_sql("DELETE FROM member")
    reader.dispose()
    sink.close()


def test_processes_that_open_an_empty_store_at_once_all_count_a_generation(url: str) -> None:
    code = (
        "import sys; from sinks.sql import SqlSink; from tests.sinks.records import ORIGIN\n"
        "sink = SqlSink(sys.argv[1]); print(sink.open_generation(ORIGIN, 0)); sink.close()"
    )

    def number(_: int) -> int:
        command = [sys.executable, "-c", code, url]
        return int(subprocess.run(command, check=True, capture_output=True, text=True).stdout)

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(number, range(4))) == [1, 2, 3, 4]


def test_one_sink_may_be_used_from_several_threads(url: str) -> None:
    sink = SqlSink(url)
    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(lambda _: sink.open_generation(ORIGIN, NOW_US), range(8))) == [*range(1, 9)]
    sink.close()

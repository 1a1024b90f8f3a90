"""Opening a store: set up when empty, refused when another release made it."""

import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from sinks.base import StoreError
from sinks.sql import SqlSink
from sinks.store import open_for_reading, open_store
from tests.sinks.records import NOW_US, ORIGIN, batch, statement


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "store.db"


def run(file: Path, sql: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(file)) as connection, connection:
        return connection.execute(sql).fetchall()


def refusal(url: str) -> str:
    with pytest.raises(StoreError) as refused:
        open_store(url)
    return str(refused.value)


def test_an_empty_store_is_set_up_by_itself(file: Path) -> None:
    open_store(f"sqlite:///{file}").dispose()
    names = {name for (name,) in run(file, "SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")}
    spoken_of = {"member", "credit", "statement", "credit_current", "live_count", "campaign", "event"}
    assert names >= spoken_of | {"outreach_event", "inspection", "rejected", "generation", "store_schema"}


def test_a_store_that_was_set_up_opens_again(file: Path) -> None:
    for _ in range(2):
        sink = SqlSink(f"sqlite:///{file}")
        sink.apply(batch(statement()))
        sink.close()
    assert run(file, "SELECT count(*) FROM member") == [(1,)]


def test_an_older_store_is_refused_with_what_to_run(file: Path) -> None:
    open_store(f"sqlite:///{file}").dispose()
    run(file, "UPDATE store_schema SET number = 0")
    assert refusal(f"sqlite:///{file}") == (
        f"The store sqlite:///{file} has schema 0; this release needs 1. "
        f"Run `sambung migrate --database sqlite:///{file}`."
    )


def test_a_newer_store_is_refused(file: Path) -> None:
    open_store(f"sqlite:///{file}").dispose()
    run(file, "UPDATE store_schema SET number = 9")
    assert refusal(f"sqlite:///{file}").endswith("A newer release made it: install that one.")


def test_a_database_of_somebody_else_with_our_names_is_refused(file: Path) -> None:
    run(file, "CREATE TABLE member (id INTEGER)")
    assert "has no store of sambung's" in refusal(f"sqlite:///{file}")
    assert run(file, "SELECT count(*) FROM sqlite_master") == [(1,)]


def test_a_file_that_is_no_database_is_refused(file: Path) -> None:
    file.write_text("Dear all, " * 100)
    assert "cannot be opened: file is not a database" in refusal(f"sqlite:///{file}")


def test_a_directory_that_is_not_there_is_refused(tmp_path: Path) -> None:
    assert "See that its directory is there" in refusal(f"sqlite:///{tmp_path}/none/store.db")


def test_what_is_no_url_is_refused() -> None:
    assert refusal("store.db") == "'store.db' is no database URL. Write sqlite:///PATH."


def test_a_password_is_not_shown() -> None:
    assert refusal("mysql://me:secret@host/db").startswith("mysql://me:***@host/db is no store")


def test_a_report_makes_no_store(file: Path) -> None:
    with pytest.raises(StoreError, match="There is no store at"):
        open_for_reading(f"sqlite:///{file}")
    assert not file.exists()


def test_a_report_reads_while_a_sink_writes_and_cannot_write_itself(file: Path) -> None:
    sink = SqlSink(f"sqlite:///{file}")
    reader = open_for_reading(f"sqlite:///{file}")
    with reader.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM member").scalar() == 0
        sink.apply(batch(statement()))
        assert connection.exec_driver_sql("SELECT count(*) FROM member").scalar() == 0
        with pytest.raises(Exception, match="readonly database"):
            connection.exec_driver_sql("DELETE FROM member")
    reader.dispose()
    sink.close()


def test_processes_that_open_an_empty_store_at_once_all_count_a_generation(file: Path) -> None:
    code = (
        "import sys; from sinks.sql import SqlSink; from tests.sinks.records import ORIGIN\n"
        "sink = SqlSink(sys.argv[1]); print(sink.open_generation(ORIGIN, 0)); sink.close()"
    )

    def number(_: int) -> int:
        command = [sys.executable, "-c", code, f"sqlite:///{file}"]
        return int(subprocess.run(command, check=True, capture_output=True, text=True).stdout)

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(number, range(4))) == [1, 2, 3, 4]


def test_one_sink_may_be_used_from_several_threads(file: Path) -> None:
    sink = SqlSink(f"sqlite:///{file}")
    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(lambda _: sink.open_generation(ORIGIN, NOW_US), range(8))) == [*range(1, 9)]
    sink.close()

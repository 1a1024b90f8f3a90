"""Errors that a replay reports before it starts anything, each in a sentence that says what to do."""

import gzip
import os
import socket
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.reports.filled import Filled
from tests.sambung.cli.conftest import Command, unwrapped


@pytest.fixture
def season(tmp_path: Path) -> Path:
    file = tmp_path / "season.ndjson"
    file.write_text("{}\n")
    return file


def changed(url: str, sql: str) -> None:
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection, connection:
        connection.execute(sql)


def refused(sambung: Command, *arguments: object, code: int = 2) -> str:
    result = sambung("replay", *arguments)
    assert (result.exit_code, result.stdout) == (code, "")
    return unwrapped(result.stderr)


def test_a_file_that_is_not_there(sambung: Command, url: str) -> None:
    assert "there is no file no.ndjson." in refused(sambung, "no.ndjson", "--database", url)


def test_a_directory(sambung: Command, url: str, tmp_path: Path) -> None:
    (tmp_path / "events").mkdir()
    message = refused(sambung, "events", "--database", url)
    assert "events is a directory. Name the files in it: events/*" in message


def test_a_file_that_is_not_gzip_whatever_its_name_says(sambung: Command, url: str, tmp_path: Path) -> None:
    (tmp_path / "s.ndjson.gz").write_text("{}\n")
    message = refused(sambung, "s.ndjson.gz", "--database", url)
    assert "s.ndjson.gz is not packed with gzip, whatever its name says. Get it anew." in message


def test_a_packed_file_whose_name_does_not_say_so(sambung: Command, url: str, tmp_path: Path) -> None:
    (tmp_path / "s.ndjson").write_bytes(gzip.compress(b"{}\n"))
    message = refused(sambung, "s.ndjson", "--database", url)
    assert "s.ndjson is packed with gzip. Name it s.ndjson.gz, and it will be unpacked." in message


def test_standard_input_twice(sambung: Command, url: str) -> None:
    assert "standard input (-) can be read once only." in refused(sambung, "-", "-", "--database", url)


def test_no_file_at_all(sambung: Command, url: str) -> None:
    assert "Missing argument 'FILE'" in refused(sambung, "--database", url)


def test_no_database(sambung: Command, season: Path) -> None:
    assert "Missing option '--database'" in refused(sambung, season)


@pytest.mark.parametrize("database", ["sqlite://", "sqlite:///:memory:"])
def test_a_database_that_nothing_would_be_left_of(database: str, sambung: Command, season: Path) -> None:
    message = refused(sambung, season, "--database", database)
    assert f"{database} names no file. Write sqlite:///sambung.db, for example." in message


@pytest.mark.parametrize("database", ["sambung.db", "mysql://localhost/sambung", "nosuch://x", ":::"])
def test_a_database_that_is_none(database: str, sambung: Command, season: Path) -> None:
    assert "Write sqlite:///PATH or postgresql://" in refused(sambung, season, "--database", database)


def test_a_password_in_a_database_url_is_not_shown(sambung: Command, season: Path) -> None:
    message = refused(sambung, season, "--database", "mysql://me:secret@localhost/sambung")
    assert "secret" not in message


def test_a_store_of_a_newer_release(sambung: Command, season: Path, url: str, store: Filled) -> None:
    store.close()
    changed(url, "UPDATE store_revision SET version_num = '2999'")
    message = refused(sambung, season, "--database", url)
    assert "A newer release made it: install that one." in message


def test_a_store_of_an_older_release(
    sambung: Command, season: Path, url: str, store: Filled, request: pytest.FixtureRequest
) -> None:
    store.close()
    request.getfixturevalue("next_release")
    message = refused(sambung, season, "--database", url)
    assert f"Run `sambung migrate --database {url}`." in message


def test_a_database_file_that_is_none(sambung: Command, season: Path, url: str, tmp_path: Path) -> None:
    (tmp_path / "store.db").write_text("no database\n" * 100)
    assert "file is not a database" in refused(sambung, season, "--database", url)


def test_a_folder_that_is_not_there(sambung: Command, season: Path) -> None:
    message = refused(sambung, season, "--database", "sqlite:///nowhere/sambung.db", code=3)
    assert message == (
        "The database sqlite:///nowhere/sambung.db cannot be used: unable to open database file. "
        "See that its folder is there, that you may write to it, and that its disk is not read-only."
    )


def test_a_database_that_may_only_be_read(sambung: Command, season: Path, url: str, store: Filled) -> None:
    store.close()
    read_only = url.replace("sqlite:///", "sqlite:///file:") + "?mode=ro&uri=true"
    assert "You may read it, but this command writes." in refused(
        sambung, season, "--database", read_only, code=3
    )


def test_a_store_that_another_program_holds(
    sambung: Command, season: Path, url: str, store: Filled, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.close()
    monkeypatch.setattr("sinks.databases.sqlite.WAIT_SECONDS", 0)
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as other:
        other.execute("BEGIN IMMEDIATE")
        assert "Another program holds it." in refused(sambung, season, "--database", url, code=3)


@pytest.mark.parametrize("broker", ["localhost", "localhost:", ":9092", "a b:1", "localhost:9092,"])
def test_a_broker_that_is_no_address(broker: str, sambung: Command, season: Path, url: str) -> None:
    message = refused(sambung, season, "--database", url, "--broker", broker)
    assert f"{broker!r} is no HOST:PORT. Write 127.0.0.1:9092, for example." in message


def test_a_broker_that_is_not_there(sambung: Command, season: Path, url: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound but not listening
        broker = f"127.0.0.1:{taken.getsockname()[1]}"
        message = refused(sambung, season, "--database", url, "--broker", broker, code=3)
    assert message == (
        f"The broker {broker} does not answer (nobody listens there). Start it, or look at its address."
    )


def test_a_setting_that_cannot_be(
    sambung: Command, season: Path, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SAMBUNG_PARTITIONS", "many")
    message = refused(sambung, season, "--database", url)
    assert "A setting in the environment is wrong. SAMBUNG_PARTITIONS: " in message


def test_a_place_list_that_is_not_there(
    sambung: Command, season: Path, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SAMBUNG_PLACES", "no.csv")
    assert "no.csv" in refused(sambung, season, "--database", url)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read(sambung: Command, season: Path, url: str) -> None:
    season.chmod(0)
    assert f"{season} cannot be read: permission denied." in refused(sambung, season, "--database", url)

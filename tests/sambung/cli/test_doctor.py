"""`doctor` reports what a worker lacks, and how to correct it."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from sambung.broker.embedded import embedded_broker
from tests.end_to_end.runs import sambung as run
from tests.reports.filled import Filled
from tests.sambung.cli.conftest import Command, unwrapped

HERE = ["environment", "rules and places", "state folder", "store", "writing to the store"]
HERE += ["room for the store", "office mode"]
THERE = ["broker", "stream", "topics", "logs", "transactions"]


def test_all_is_well(sambung: Command, url: str, store: Filled) -> None:
    del store
    result = sambung("doctor", "--database", url, "--json")
    assert result.exit_code == 0, result.stdout
    found = json.loads(result.stdout)
    assert [(one["what"], one["well"]) for one in found] == [(what, True) for what in HERE]


def test_a_store_that_is_not_there_is_not_made(sambung: Command, tmp_path: Path) -> None:
    result = sambung("doctor", "--database", "sqlite:///none.db", "--data-dir", "state")
    output = unwrapped(result.stdout)
    assert result.exit_code == 1
    assert "WRONG store: There is no store at none.db." in output
    assert "WRONG writing to the store: not checked, as this is needed first: store" in output
    assert not (tmp_path / "none.db").exists()


@pytest.mark.parametrize(
    ("name", "value", "output"),
    [
        ("SAMBUNG_PARTITION", "12", "WRONG environment: SAMBUNG_PARTITION is no setting"),
        (
            "PROCESSING_GUARANTEE",
            "exactly_once",
            "WRONG environment: The environment sets PROCESSING_GUARANTEE",
        ),
    ],
    ids=["a slip in the name of a setting", "a variable that Faust would obey"],
)
def test_what_is_wrong_in_the_environment(  # noqa: PLR0917
    sambung: Command,
    url: str,
    store: Filled,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    value: str,
    output: str,
) -> None:
    del store
    monkeypatch.setenv(name, value)
    result = sambung("doctor", "--database", url)
    assert result.exit_code == 1
    assert output in unwrapped(result.stdout)


def test_a_state_folder_that_is_a_file(sambung: Command, url: str, store: Filled, tmp_path: Path) -> None:
    del store
    (tmp_path / "state").write_text("")
    result = sambung("doctor", "--database", url, "--data-dir", "state")
    assert result.exit_code == 1
    assert "WRONG state folder: state: file exists." in unwrapped(result.stdout)


def test_a_broker_that_is_not_there(sambung: Command, url: str, store: Filled) -> None:
    del store
    result = sambung("doctor", "--database", url, "--broker", "127.0.0.1:1")
    output = unwrapped(result.stdout)
    assert result.exit_code == 1
    assert "WRONG broker: The broker 127.0.0.1:1 does not answer" in output
    assert "WRONG topics: not checked, as this is needed first: stream" in output


@pytest.fixture(scope="module")
def broker() -> Iterator[str]:
    with embedded_broker() as one:
        yield one.address


@pytest.mark.broker
def test_with_a_broker(broker: str, tmp_path: Path) -> None:
    """Before and after its topics are made."""
    options = ("--broker", broker, "--database", f"sqlite:///{tmp_path}/sambung.db")
    doctor = ("doctor", *options, "--data-dir", str(tmp_path / "state"), "--json")
    assert run("topics", "create", *options).returncode == 0
    done = run(*doctor)
    assert done.returncode == 0, done.stdout
    found = json.loads(done.stdout)
    assert [(one["what"], one["well"]) for one in found] == [(what, True) for what in HERE + THERE]
    other = run(*doctor, SAMBUNG_PARTITIONS="2")
    assert other.returncode == 1
    (stream,) = [one["told"] for one in json.loads(other.stdout) if one["what"] == "stream"]
    assert "sambung topics create" in stream

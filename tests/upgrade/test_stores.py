"""A store that release 0.1.0 made: it answers as before, and the next replay judges its events anew."""

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from sambung.cli.main import app
from tests.builders import event_id
from tests.end_to_end.runs import replay, rows, tables_for, written, wrong_rows
from tests.upgrade.made_before import (
    lines_of,
    postgresql_store,
    printed,
    sqlite_store,
    undated,
    without_the_spoiled,
)
from tests.upgrade.make_files import NATIONAL_ID

REFUSED_NOW = (
    "refused on day 1",
    "visit to upgraded-company on day 1",
    "enrollment of refused",
    "spoiled on day 1",
)


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return sqlite_store(tmp_path)
    return postgresql_store(request.getfixturevalue("postgres"))


def asked(store: str, *command: str) -> Result:
    return CliRunner(env={"COLUMNS": "100"}).invoke(app, [*command, "--database", store])


def test_it_answers_as_it_did_and_needs_no_migration(store: str) -> None:
    migrated = asked(store, "migrate")
    assert (migrated.exit_code, migrated.stdout) == (0, "The store has the schema 0001 already.\n")
    for command, output in printed():
        assert undated(asked(store, *command).stdout) == undated(output)
    examined = asked(store, "doctor")
    assert examined.exit_code == 0
    assert "ok     store: it is there, with the schema 0001" in examined.stdout


@pytest.mark.broker
def test_more_events_are_added_and_the_known_ones_judged_anew(store: str, tmp_path: Path) -> None:
    after = written(tmp_path / "after.ndjson", lines_of("after"))
    told = replay(store, after).stdout
    assert "148 events of before, from the store's archive, fed first" in told
    lines = without_the_spoiled(lines_of("before", "after"))
    assert wrong_rows(tables_for(lines), store) == []
    assert asked(store, "audit").exit_code == 0
    for table in ("event", "outreach_event", "inspection", "rejected"):
        assert NATIONAL_ID not in repr(rows(store, table)), table
    refusals = repr(rows(store, "rejected"))
    assert [name for name in REFUSED_NOW if event_id(name) not in refusals] == []

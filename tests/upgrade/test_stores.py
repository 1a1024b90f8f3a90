"""A store that release 0.1.0 made: it answers as before, and the next replay judges its events anew."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from sambung.cli.main import app
from sinks.store import REVISION
from tests.builders import event_id
from tests.end_to_end.runs import replay, rows, tables_for, written, wrong_rows
from tests.services.postgres import Postgres
from tests.services.roles import let_read_by_release_0_1_0, new_role, rights, to_come
from tests.stores import opened
from tests.stores import rows as rows_of
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


def test_migrated_it_answers_as_it_did(store: str) -> None:
    refused = asked(store, "audit")
    assert refused.exit_code == 2
    assert "Run `sambung migrate --database" in refused.stderr
    for said in (
        f"The store had the schema 0001. Now it has {REVISION}.\n",
        f"The store has the schema {REVISION} already.\n",
    ):
        migrated = asked(store, "migrate")
        assert (migrated.exit_code, migrated.stdout) == (0, said)
    for command, output in printed():
        assert undated(asked(store, *command).stdout) == undated(output)
    examined = asked(store, "doctor")
    assert examined.exit_code == 0
    assert f"ok     store: it is there, with the schema {REVISION}" in examined.stdout


def test_it_can_be_backed_up_and_restored_before_it_is_migrated(
    request: pytest.FixtureRequest, store: str, tmp_path: Path
) -> None:
    """By this release, as 0.1.0 has no such commands."""
    made = asked(store, "backup", str(tmp_path / "copy"))
    assert made.exit_code == 0, made.stderr
    assert "148 events, " in " ".join(made.stdout.split())
    elsewhere = f"sqlite:///{tmp_path / 'restored.db'}"
    if store.startswith("postgresql"):
        elsewhere = request.getfixturevalue("postgres").new_database()
    restored = asked(elsewhere, "restore", str(tmp_path / "copy"))
    assert restored.exit_code == 0, restored.stderr
    words = " ".join(restored.stdout.split())
    assert (
        f"It has the schema 0001 of an older release. Next: sambung migrate --database {elsewhere}" in words
    )
    assert asked(elsewhere, "migrate").exit_code == 0
    for command, output in printed():
        assert undated(asked(elsewhere, *command).stdout) == undated(output)


@pytest.mark.broker
def test_more_events_are_added_and_the_known_ones_judged_anew(store: str, tmp_path: Path) -> None:
    asked(store, "migrate")
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


def test_a_migration_fills_in_what_it_can(store: str) -> None:
    asked(store, "migrate")
    with opened(store) as connection:
        current = rows_of(
            connection,
            "SELECT count(*) FROM member JOIN statement ON statement.member_id = member.member_id "
            "AND statement.version = member.version AND statement.kind = member.kind "
            "AND statement.place = member.place AND statement.occurred_at = member.occurred_at "
            "AND statement.duplicates = member.duplicates AND statement.batch = 0",
        )
        assert current == rows_of(connection, "SELECT count(*) FROM member")
        named = rows_of(connection, "SELECT event_id, value FROM rejected WHERE event_id IS NOT NULL")
        assert [event for event, value in named if json.loads(value)["event_id"] != event] == []
        assert len(named) > 1
        (batch,) = rows_of(connection, "SELECT batch, generation, settle FROM batch")
        assert batch == (0, *rows_of(connection, "SELECT max(number) FROM generation")[0], False)


def test_a_reader_of_before_is_one_of_now(postgres: Postgres) -> None:
    url, role = postgresql_store(postgres), new_role()
    let_read_by_release_0_1_0(url, role)
    assert ("event", "body", "SELECT") in rights(url, role)
    migrated = asked(url, "migrate", "--reader", role)
    assert migrated.exit_code == 0, migrated.stderr
    read = {(table, column) for table, column, right in rights(url, role) if right == "SELECT"}
    assert read >= {
        ("member", "batch"),
        ("removed", "key"),
        ("campaign", "cost_idr"),
        ("rejected", "event_id"),
    }
    assert not {pair for pair in read if pair[0] in {"event", "event_past"}}
    assert not read & {("rejected", name) for name in ("key", "value", "headers", "errors")}
    assert to_come(url) == []

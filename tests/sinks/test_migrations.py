"""The schema by revisions: equal to the models, described, and brought on without losing a row."""

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, MetaData
from sqlalchemy.dialects import postgresql, sqlite

from models.tables.bookkeeping import StoreRevisionRow
from models.tables.catalog import TABLES, VIEWS
from models.tables.columns import table_of
from models.tables.meanings import all_meanings
from models.tables.views import create_views
from sinks.base import StoreError
from sinks.migrations import revisions
from sinks.sql import SqlSink
from sinks.store import REVISION, migrate, open_for_reading, open_store
from tests.releases import HALF_WAY, release
from tests.sinks.cases import SinkCase
from tests.sinks.records import batch, statement
from tests.stores import columns, opened, rows, run

VIEWS_OF = {"0004": "d33c"}
"""By revision, the beginning of a digest of what its views are. Other views take a new revision, if only an
empty one: else an older store would keep those it has."""

REPORTING = ("target", "scenario", "scenario_member", "scenario_credit_line")
TABLES_SINCE = {"0002": ("access", "api_key", *REPORTING), "0003": REPORTING}


@pytest.fixture
def connection(sql_case: SinkCase) -> Iterator[Connection]:
    with opened(sql_case.url) as connection:
        yield connection


def test_a_store_is_as_the_models_say(connection: Connection) -> None:
    def is_compared(_: object, name: str | None, *__: object) -> bool:
        return name != table_of(StoreRevisionRow).name  # alembic's own

    context = MigrationContext.configure(
        connection, opts={"include_object": is_compared, "compare_type": True, "compare_server_default": True}
    )
    assert compare_metadata(context, models()) == []


def models() -> MetaData:
    """With what the columns mean as comments, which alembic compares where the database has such."""
    copied = MetaData()
    for table in TABLES.values():
        table.to_metadata(copied)
    for name, column, meaning in all_meanings():
        if name in copied.tables:
            table = copied.tables[name]
            (table.c[column] if column else table).comment = meaning
    return copied


def test_views_change_with_a_revision() -> None:
    ddl = repr([create_views(dialect) for dialect in (sqlite.dialect(), postgresql.dialect())])  # type: ignore[no-untyped-call]
    assert {REVISION: sha256(ddl.encode()).hexdigest()[:4]} == VIEWS_OF


def test_this_release_is_of_the_newest_revision() -> None:
    assert revisions.newest() == REVISION


def test_a_store_says_what_its_tables_and_columns_mean(connection: Connection) -> None:
    assert sorted(rows(connection, "SELECT * FROM table_description")) == sorted(all_meanings())


def test_postgresql_has_the_same_as_comments(postgres: Any) -> None:
    url = postgres.new_database()
    open_store(url).dispose()
    comments = run(
        url,
        "SELECT relname, coalesce(attname, ''), description FROM pg_description JOIN pg_class ON "
        "objoid = pg_class.oid LEFT JOIN pg_attribute ON attrelid = objoid AND attnum = objsubid "
        "AND attnum > 0 WHERE relnamespace = 'public'::regnamespace",
    )
    assert sorted(comments) == sorted(all_meanings())


def test_text_sorts_by_code_point_in_postgresql(postgres: Any) -> None:
    url = postgres.new_database()
    open_store(url).dispose()
    found = run(
        url,
        "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public' "
        "AND data_type = 'character varying' AND collation_name IS DISTINCT FROM 'C'",
    )
    of_tables = [(table, column) for table, column in found if table in TABLES]
    assert of_tables == [("store_revision", "version_num")]


def test_an_older_store_is_refused_with_what_to_run(url: str, request: pytest.FixtureRequest) -> None:
    open_store(url).dispose()
    request.getfixturevalue("next_release")
    for opening in (open_store, open_for_reading):
        with pytest.raises(StoreError) as refused:
            opening(url)
        assert str(refused.value) == (
            f"The store {url} has the schema {REVISION}; this release needs test. "
            f"Run `sambung migrate --database {url}`."
        )


def test_an_older_store_is_brought_on_with_its_rows(url: str, request: pytest.FixtureRequest) -> None:
    sink = SqlSink(url)
    sink.apply(batch(statement("m1")))
    sink.close()
    request.getfixturevalue("next_release")
    assert migrate(url)[:2] == (REVISION, "test")
    assert run(url, "SELECT member_id, note FROM member") == [("m1", "of m1")]
    assert len(run(url, "SELECT * FROM credit_current")) == 5
    assert migrate(url)[:2] == ("test", "test")
    open_store(url).dispose()


@pytest.mark.parametrize("revision", TABLES_SINCE)
def test_a_store_of_before_some_tables_gets_them(url: str, revision: str) -> None:
    """A store of a revision that only development had, with rows in it."""
    sink = SqlSink(url)
    sink.apply(batch(statement("m1")))
    sink.close()
    for table in TABLES_SINCE[revision]:
        run(url, f"DROP TABLE {table}")
    run(url, f"UPDATE store_revision SET version_num = '{revision}'")
    with pytest.raises(StoreError, match=f"has the schema {revision}; this release needs {REVISION}"):
        open_store(url)
    assert migrate(url)[:2] == (revision, REVISION)
    assert run(url, "SELECT member_id FROM member") == [("m1",)]
    for table in TABLES_SINCE[revision]:
        assert run(url, f"SELECT * FROM {table}") == []
    with opened(url) as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        names = {difference[0] for difference in compare_metadata(context, models()) if difference}
    assert names <= {"modify_comment", "remove_table"}, "the version table is alembic's own"


def test_a_migration_that_fails_changes_nothing(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_store(url).dispose()
    (tmp_path / "revisions").mkdir()
    release(tmp_path / "revisions", monkeypatch, HALF_WAY)
    with pytest.raises(RuntimeError, match="half-way"):
        migrate(url)
    assert run(url, "SELECT version_num FROM store_revision") == [(REVISION,)]
    with opened(url) as connection:
        assert "note" not in columns(connection, "member")
        for view in VIEWS:
            columns(connection, view)


def test_an_empty_database_is_set_up(url: str) -> None:
    assert migrate(url)[:2] == (None, REVISION)
    assert migrate(url)[:2] == (REVISION, REVISION)
    open_store(url).dispose()


def test_a_newer_store_is_left_alone(url: str) -> None:
    open_store(url).dispose()
    run(url, "UPDATE store_revision SET version_num = '2999'")
    with pytest.raises(StoreError, match="A newer release made it"):
        migrate(url)


def test_somebody_elses_tables_are_left_alone(url: str) -> None:
    run(url, "CREATE TABLE member (id INTEGER)")
    with pytest.raises(StoreError, match="has no store of sambung's"):
        migrate(url)

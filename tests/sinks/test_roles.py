"""The rights that `sambung migrate` gives to roles of PostgreSQL: exactly those of their kind."""

from pathlib import Path

import pytest
from sqlalchemy.exc import DBAPIError

from models.tables.audiences import RoleKind
from sinks.base import StoreError
from sinks.sql import SqlSink
from sinks.store import migrate, open_for_reading, open_store
from tests.releases import release
from tests.services.postgres import Postgres
from tests.services.roles import connecting, let_read_by_release_0_1_0, new_role, rights, to_come
from tests.sinks.records import batch, statement
from tests.stores import run

READER, ANALYST, GATEWAY = RoleKind
CONTENT = {"event", "event_past"}
OF_REFUSALS = {("rejected", "errors"), ("rejected", "headers"), ("rejected", "key"), ("rejected", "value")}
LOOKED = "INSERT INTO access VALUES (now(), 'page', 'm1', 'why')"
A_TABLE_MORE = """
    op.create_table("later", sa.Column("secret", sa.String()))
"""


@pytest.fixture(scope="module")
def made(postgres: Postgres) -> str:
    url = postgres.new_database()
    open_store(url).dispose()
    return url


@pytest.fixture
def url(postgres: Postgres, made: str) -> str:
    return postgres.new_database(like=made)


@pytest.fixture
def role() -> str:
    return new_role()


def wanted(url: str, kind: RoleKind) -> set[tuple[str, str, str]]:
    """Rights of a kind, by the contract's words."""
    every = {
        (table, column)
        for table, column in run(
            url,
            "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'",
        )
    }
    hidden = {
        READER: {pair for pair in every if pair[0] in {*CONTENT, "access", "api_key"}} | OF_REFUSALS,
        ANALYST: {pair for pair in every if pair[0] in {"access", "api_key"}} | OF_REFUSALS,
        GATEWAY: {pair for pair in every if pair[0] == "access"},
    }[kind]
    inserts = {pair for pair in every if pair[0] == "access"} if kind is GATEWAY else set()
    return {(*pair, "SELECT") for pair in every - hidden} | {(*pair, "INSERT") for pair in inserts}


@pytest.mark.parametrize("kind", RoleKind)
def test_a_role_gets_the_rights_of_its_kind(url: str, role: str, kind: RoleKind) -> None:
    migrate(url, {kind: role})
    migrate(url, {kind: role})
    assert rights(url, role) == wanted(url, kind)
    open_for_reading(connecting(url, role)).dispose()
    assert to_come(url) == []


def test_a_role_that_becomes_another_kind_keeps_nothing_of_the_old_one(url: str, role: str) -> None:
    for kind in (GATEWAY, READER, ANALYST, READER, GATEWAY, ANALYST, GATEWAY):
        migrate(url, {kind: role})
        assert rights(url, role) == wanted(url, kind), kind


def test_roles_of_all_kinds_are_made_at_once(url: str) -> None:
    roles = {kind: new_role() for kind in RoleKind}
    migrate(url, roles)
    assert {kind: rights(url, name) for kind, name in roles.items()} == {
        kind: wanted(url, kind) for kind in RoleKind
    }


def test_one_role_is_of_one_kind(url: str, role: str) -> None:
    with pytest.raises(StoreError, match=f"'{role}' is named as reader and as gateway: name two roles"):
        migrate(url, {READER: role, GATEWAY: role})


def test_a_strange_name_is_a_name(url: str) -> None:
    migrate(url, {READER: "report's %reader"})
    run(connecting(url, "report's %reader"), "SELECT * FROM member")


def test_an_owner_that_is_no_superuser_can_do_it_too(postgres: Postgres) -> None:
    made, owner, reader = postgres.new_database(), new_role(), new_role()
    run(made, f"CREATE ROLE {owner} LOGIN CREATEROLE")
    run(made, f"ALTER DATABASE {made.rsplit('/', 1)[1]} OWNER TO {owner}")
    migrate(connecting(made, owner), {READER: reader})
    let_read_by_release_0_1_0(connecting(made, owner), old := new_role())
    assert migrate(connecting(made, owner)).rights.restricted == [old]
    assert rights(made, reader) == rights(made, old) == wanted(made, READER)
    with pytest.raises(StoreError, match=rf"'{owner}' may write to the table"):
        migrate(connecting(made, owner), {READER: owner})


def test_a_reader_writes_nothing_and_a_gateway_its_log(url: str) -> None:
    roles = {kind: new_role() for kind in (READER, GATEWAY)}
    migrate(url, roles)
    sink = SqlSink(url)
    sink.apply(batch(statement("m1")))
    sink.close()
    for name in roles.values():
        for write in ("DELETE FROM member", "CREATE TABLE mine (id int)", "TRUNCATE event"):
            with pytest.raises(DBAPIError, match=r"permission denied|read-only"):
                run(connecting(url, name), f"SET default_transaction_read_only = off; {write}")
    with pytest.raises(StoreError, match="read-only transaction"):
        migrate(connecting(url, roles[READER]))
    run(connecting(url, roles[GATEWAY]), LOOKED)
    with pytest.raises(DBAPIError, match="permission denied for table access"):
        run(connecting(url, roles[GATEWAY]), "SELECT * FROM access")


def test_a_reader_that_becomes_the_gateway_can_write_its_log(url: str, role: str) -> None:
    migrate(url, {READER: role})
    migrate(url, {GATEWAY: role})
    run(connecting(url, role), LOOKED)


def test_what_release_0_1_0_granted_is_gone(url: str, role: str) -> None:
    let_read_by_release_0_1_0(url, role)
    assert ("event", "body", "SELECT") in rights(url, role)
    migrate(url, {READER: role})
    assert rights(url, role) == wanted(url, READER)
    run(url, "CREATE TABLE of_another_time (secret text)")
    assert not {right for right in rights(url, role) if right[0] == "of_another_time"}


def test_whoever_release_0_1_0_let_read_is_a_reader_after_any_migration(url: str, role: str) -> None:
    let_read_by_release_0_1_0(url, role)
    assert migrate(url).rights.restricted == [role]
    assert rights(url, role) == wanted(url, READER)
    assert to_come(url) == []
    assert migrate(url).rights.restricted == []


def test_a_migration_keeps_the_rights_on_views_and_grants_nothing_new(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    roles = {kind: new_role() for kind in RoleKind}
    migrate(url, roles)
    run(url, "GRANT SELECT ON campaign TO PUBLIC")
    before = {kind: rights(url, name) for kind, name in roles.items()}
    (tmp_path / "revisions").mkdir()
    release(tmp_path / "revisions", monkeypatch, A_TABLE_MORE)
    migrate(url)
    assert {kind: rights(url, name) for kind, name in roles.items()} == before
    assert run(url, "SELECT has_table_privilege('public', 'campaign', 'SELECT')") == [(True,)]


def test_a_view_shows_nothing_that_its_readers_may_not_read_in_its_tables(url: str, role: str) -> None:
    """Views run with the rights of their owner."""
    shown = run(
        url,
        "SELECT table_name, column_name, view_name FROM information_schema.view_column_usage "
        "WHERE view_schema = 'public'",
    )
    assert {view for _, _, view in shown} == {"campaign", "credit", "credit_current", "credit_line_current"}
    for kind in RoleKind:
        migrate(url, {kind: role})
        allowed = {(table, column) for table, column, _ in rights(url, role)}
        views = {table for table, _ in allowed}
        assert [(table, column) for table, column, view in shown if view in views
                and (table, column) not in allowed] == []  # fmt: skip

"""Roles of PostgreSQL that are refused a kind, since they could do more than it may."""

from collections.abc import Sequence

import pytest

from models.tables.audiences import RoleKind
from sinks.base import StoreError
from sinks.store import migrate, open_store
from tests.services.postgres import Postgres
from tests.services.roles import connecting, new_role, rights
from tests.stores import run

READER, ANALYST, GATEWAY = RoleKind

REFUSED = {
    "granted": (READER, ["GRANT INSERT ON member TO {role}"], "may write to the table member"),
    "a column": (READER, ["GRANT UPDATE (place) ON member TO {role}"], "may write to the table member"),
    "a gateway": (GATEWAY, ["GRANT DELETE ON event TO {role}"], "may write to the table event"),
    "a superuser": (READER, ["ALTER ROLE {role} SUPERUSER"], "is a superuser"),
    "owner of a table": (READER, ["ALTER TABLE removed OWNER TO {role}"], "may write to the table removed"),
    "owner of the database": (
        READER,
        ["ALTER DATABASE {database} OWNER TO {role}"],
        "may make tables in the store's schema",
    ),
    "everybody makes tables": (
        READER,
        ["GRANT CREATE ON SCHEMA public TO PUBLIC"],
        "may make tables in the store's schema",
    ),
    "makes roles": (READER, ["ALTER ROLE {role} CREATEROLE"], "could get at everything: it may make roles"),
    "replicates": (ANALYST, ["ALTER ROLE {role} REPLICATION"], "could get at everything"),
    "reads files": (
        ANALYST,
        ["GRANT pg_read_server_files TO {role}"],
        "could get at everything: it is a member of 'pg_read_server_files', and it may make roles",
    ),
    "everybody reads": (
        READER,
        ["GRANT SELECT ON event TO PUBLIC"],
        "it may read event.type, since everybody may. Take that back from PUBLIC, on the table event.",
    ),
    "everybody reads a column": (
        ANALYST,
        ["GRANT SELECT (value) ON rejected TO PUBLIC"],
        "is no analyst: it may read rejected.value, since everybody may",
    ),
    "a member": (
        READER,
        ["CREATE ROLE {other}", "GRANT SELECT ON event TO {other}", "GRANT {other} TO {role}"],
        "it may read event.type, since it is a member of '{other}'.",
    ),
    "a member that does not inherit": (
        READER,
        [
            "CREATE ROLE {other}",
            "GRANT SELECT ON event_past TO {other}",
            "GRANT {other} TO {role}",
            "ALTER ROLE {role} NOINHERIT",
        ],
        "it may read event_past.type, since it is a member of '{other}'.",
    ),
    "a member of one that writes": (
        READER,
        [
            "CREATE ROLE {other}",
            "GRANT DELETE ON batch TO {other}",
            "GRANT {other} TO {role}",
            "ALTER ROLE {role} NOINHERIT",
        ],
        "may write to the table batch: it is a member of '{other}'",
    ),
    "reads all data": (READER, ["GRANT pg_read_all_data TO {role}"], "it is a member of 'pg_read_all_data'"),
    "given by another": (
        READER,
        [
            "CREATE ROLE {other}",
            "GRANT SELECT ON event TO {other} WITH GRANT OPTION",
            "SET ROLE {other}; GRANT SELECT ON event TO {role}",
        ],
        "it may read event.type, since somebody other than the table's owner gave it that right",
    ),
    "everybody reads what comes": (
        READER,
        ["ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO PUBLIC"],
        "would get rights on tables to come: PUBLIC has default privileges",
    ),
}


@pytest.fixture(scope="module")
def made(postgres: Postgres) -> str:
    url = postgres.new_database()
    open_store(url).dispose()
    return url


@pytest.fixture
def url(postgres: Postgres, made: str) -> str:
    return postgres.new_database(like=made)


@pytest.mark.parametrize(("kind", "given", "words"), REFUSED.values(), ids=REFUSED)
def test_a_role_that_could_do_more_than_its_kind_is_refused(
    url: str, kind: RoleKind, given: Sequence[str], words: str
) -> None:
    names = {"role": new_role(), "other": new_role(), "database": url.rsplit("/", 1)[1]}
    run(url, f"CREATE ROLE {names['role']} LOGIN")
    for statement in given:
        run(url, statement.format(**names))
    before = rights(url, names["role"])
    with pytest.raises(StoreError) as refused:
        migrate(url, {kind: names["role"]})
    assert words.format(**names) in str(refused.value)
    assert f"The role '{names['role']}'" in str(refused.value)
    assert rights(url, names["role"]) == before


def test_a_refused_role_leaves_an_empty_database_empty(postgres: Postgres) -> None:
    url = postgres.new_database()
    with pytest.raises(StoreError, match="The role 'sambung' may write to the table"):
        migrate(url, {READER: "sambung"})
    assert run(url, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == [(0,)]


def test_a_reader_that_is_a_member_of_an_analyst_made_with_it_is_refused(url: str) -> None:
    reader, analyst = new_role(), new_role()
    run(url, f"CREATE ROLE {reader} LOGIN; CREATE ROLE {analyst}; GRANT {analyst} TO {reader}")
    with pytest.raises(StoreError, match=f"'{reader}' is no reader: .* it is a member of '{analyst}'"):
        migrate(url, {READER: reader, ANALYST: analyst})


def test_what_others_built_and_a_role_may_read_is_told(url: str) -> None:
    role = new_role()
    run(url, f"CREATE ROLE {role} LOGIN; CREATE MATERIALIZED VIEW copied AS SELECT * FROM event")
    assert migrate(url, {READER: role}).rights.beside == {role: []}
    run(url, f"GRANT SELECT ON copied TO {role}")
    assert migrate(url, {READER: role}).rights.beside == {role: ["copied"]}
    assert run(connecting(url, role), "SELECT count(*) FROM copied") == [(0,)]

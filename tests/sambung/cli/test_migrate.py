"""`sambung migrate`: its output, and the cases in which it refuses to start."""

from itertools import chain
from subprocess import PIPE

import pytest

from sambung.cli.commands.migrate import NOT_ALONE, UNPROTECTED
from sambung.stores.store_lock import store_lock
from sinks.store import REVISION, open_for_reading, open_store
from tests.end_to_end.runs import PATIENCE_S, environment
from tests.sambung.cli.conftest import Command, unwrapped
from tests.services.postgres import Postgres
from tests.services.roles import let_read_by_release_0_1_0, new_role
from tests.stores import run
from tests.warm import Module


def test_it_says_from_which_schema_to_which(
    sambung: Command, url: str, request: pytest.FixtureRequest
) -> None:
    assert sambung("migrate", "--database", url).stdout == (
        f"The store was empty. It was set up with the schema {REVISION}.\n"
    )
    request.getfixturevalue("next_release")
    migrated = sambung("migrate", "--database", url)
    assert migrated.stdout == f"The store had the schema {REVISION}. Now it has test.\n"
    again = sambung("migrate", "--database", url)
    assert (again.exit_code, again.stdout) == (0, "The store has the schema test already.\n")


def test_it_waits_for_nobody_who_writes(sambung: Command, url: str) -> None:
    open_store(url).dispose()
    with store_lock(url) as lock:
        lock.share()
        result = sambung("migrate", "--database", url)
    assert result.exit_code == 3
    assert unwrapped(result.stderr) == NOT_ALONE


def test_of_two_at_once_one_may_be_told_so_and_the_store_is_whole(storeless: str) -> None:
    """In two processes."""
    command = ("sambung", "migrate", "--database", storeless)
    both = [Module(*command, stdout=PIPE, stderr=PIPE, env=environment()) for _ in range(2)]
    errors = [unwrapped(one.communicate(timeout=PATIENCE_S)[1].decode()) for one in both]
    assert {(one.returncode, words) for one, words in zip(both, errors, strict=True)} in (
        {(0, "")},
        {(0, ""), (3, NOT_ALONE)},
    )
    open_for_reading(storeless).dispose()


def test_a_file_knows_no_reader(sambung: Command, url: str) -> None:
    result = sambung("migrate", "--database", url, "--reader", "reports")
    assert result.exit_code == 2
    assert "A store in SQLite is a file and knows no role 'reports'" in unwrapped(result.stderr)


def test_of_each_role_it_says_what_it_may(sambung: Command, postgres: Postgres) -> None:
    url = postgres.new_database()
    roles = [new_role() for _ in range(3)]
    named = zip(("--reader", "--analyst", "--gateway"), roles, strict=True)
    result = sambung("migrate", "--database", url, *chain.from_iterable(named))
    assert result.exit_code == 0, result.stderr
    assert unwrapped(result.stdout) == (
        f"The store was empty. It was set up with the schema {REVISION}. "
        f"{roles[0]} is a reader: it reads every table and view but access, api_key, event and event_past, "
        f"of rejected not errors, headers, key and value; it writes "
        f"none. {roles[1]} is an analyst: it reads every table and view but access and api_key, of rejected "
        f"not errors, headers, key and value; it writes none. {roles[2]} is a gateway: it reads every table "
        f"and view but access; it adds rows to access and writes nothing else. {UNPROTECTED}"
    )


def test_it_says_whom_an_older_release_let_read_everything(sambung: Command, postgres: Postgres) -> None:
    url, role = postgres.new_database(), new_role()
    open_store(url).dispose()
    let_read_by_release_0_1_0(url, role)
    told = unwrapped(sambung("migrate", "--database", url).stdout)
    assert f"{role} was let read everything by an older release. Now it is a reader: it reads every" in told
    assert f"`sambung migrate --analyst {role}` gives it the content of events back." in told


def test_it_says_what_else_a_role_reads(sambung: Command, postgres: Postgres) -> None:
    url, role = postgres.new_database(), new_role()
    run(
        url, f"CREATE ROLE {role} LOGIN; CREATE TABLE of_others (id int); GRANT SELECT ON of_others TO {role}"
    )
    told = unwrapped(sambung("migrate", "--database", url, "--analyst", role).stdout)
    assert "It also reads what is not of the store: of_others." in told


@pytest.mark.parametrize(("database", "code"), [("s.db", 2), ("postgresql://me@127.0.0.1:1/s", 3)])
def test_what_is_no_store_or_not_there_is_told_in_a_sentence(
    sambung: Command, database: str, code: int
) -> None:
    result = sambung("migrate", "--database", database)
    assert result.exit_code == code
    assert "Traceback" not in result.stderr

"""`sambung backup` and `sambung restore`: what they say, and what they refuse, of a store in PostgreSQL."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from models.tables.catalog import TABLES
from sambung.stores.copies import NOT_ALONE
from sambung.stores.store_lock import store_lock
from sinks.databases import postgresql_programs
from tests.builders import enrollment, outreach
from tests.faults.disks import small_disk
from tests.reports.filled import Filled
from tests.sambung.cli.conftest import Command, unwrapped
from tests.sambung.stores.copied_moment import tables_in
from tests.services.postgres import PROGRAMS, Postgres
from tests.sinks.records import line, organic, statement
from tests.stores import run

OTHER_SCHEMA = "?options=-csearch_path%3D%22Other-1%22"
BYTES_CUT = 20_000
SPY = """#!/bin/sh
printf '%s\\n' "$@" "password=$PGPASSWORD" >> {told}
exec {program} "$@"
"""
NEWER = """#!/bin/sh
echo "pg_restore: error: could not execute query: ERROR:  unrecognized configuration parameter" >&2
exit 1
"""
OLD = "#!/bin/sh\necho 'pg_dump (PostgreSQL) 14.2'\n"


@pytest.fixture
def store_url(postgres: Postgres) -> str:
    return postgres.new_database()


@pytest.fixture
def filled(store_url: str) -> Iterator[Filled]:
    filled = Filled(store_url)
    filled.apply(statement("m1", lines=(line("a"),)), statement("m2", lines=(organic(),)))
    filled.accept(enrollment("m1"), enrollment("m2"), outreach())
    yield filled
    filled.close()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "copy"


@pytest.fixture
def copied(filled: Filled, sambung: Command, store_url: str, file: Path) -> Path:
    assert filled
    result = sambung("backup", file, "--database", store_url)
    assert result.exit_code == 0, result.stderr
    return file


@pytest.fixture
def target(postgres: Postgres) -> str:
    return postgres.new_database()


def refused(sambung: Command, copy: Path, target: str, code: int = 2) -> str:
    result = sambung("restore", copy, "--database", target)
    assert (result.exit_code, result.stdout) == (code, "")
    return unwrapped(result.stderr)


def everything(url: str) -> dict[str, list[tuple[object, ...]]]:
    return {name: sorted(run(url, f"SELECT * FROM {name}"), key=repr) for name in TABLES}


def test_a_backup_says_what_it_holds_and_a_restore_brings_it_back(
    copied: Path, sambung: Command, store_url: str, target: str
) -> None:
    result = sambung("restore", copied, "--database", target)
    assert result.exit_code == 0, result.stderr
    words = unwrapped(result.stdout)
    holds = "2 members, 3 events, 0 refused records; generation 1, batch 2 of "
    assert words.startswith(f"Restored to {target}: {holds}")
    assert "Audited: credit is 1,000,000 millionths for each of 2 active members." in words
    assert f"sambung migrate --reader ROLE --database {target}" in words
    assert everything(target) == everything(store_url)
    for command in ("audit", "campaigns"):
        assert (
            sambung(command, "--database", target).stdout == sambung(command, "--database", store_url).stdout
        )


def test_only_its_owner_may_read_it(copied: Path) -> None:
    assert copied.stat().st_mode & 0o777 == 0o600


def test_a_dump_has_our_tables_of_our_schema_and_nothing_else(
    sambung: Command, store_url: str, file: Path, target: str
) -> None:
    for sql in (
        'CREATE SCHEMA "Other-1"',
        "CREATE TABLE theirs (id int)",
        "CREATE TABLE member (id int)",
    ):
        run(store_url, sql)
    Filled(store_url + OTHER_SCHEMA).close()
    assert sambung("backup", file, "--database", store_url + OTHER_SCHEMA).exit_code == 0
    words = refused(sambung, file, target)
    assert "The copy is of the schema Other-1, and" in words
    assert words.endswith(f"end the URL in {OTHER_SCHEMA}")
    assert "names is not there. Create it first" in refused(sambung, file, target + OTHER_SCHEMA)
    run(target, 'CREATE SCHEMA "Other-1"')
    result = sambung("restore", file, "--database", target + OTHER_SCHEMA)
    assert result.exit_code == 0, result.stderr
    assert tables_in(target) == tables_in(store_url) - 2


def test_where_a_store_is_already(copied: Path, sambung: Command, store_url: str) -> None:
    before = everything(store_url)
    assert "has a store already, or tables of one." in refused(sambung, copied, store_url)
    assert everything(store_url) == before


def test_beside_a_writer(copied: Path, sambung: Command, target: str) -> None:
    with store_lock(target) as lock:
        lock.share()
        assert refused(sambung, copied, target, 3) == NOT_ALONE


def test_what_is_no_copy(sambung: Command, file: Path, target: str, tmp_path: Path) -> None:
    file.write_text("CREATE TABLE member ();")
    assert f"{file} is no copy of a store." in refused(sambung, file, target)
    file.write_bytes(b"PGDMP and then nonsense")
    assert f"{file} is damaged, or no copy that pg_restore can read: " in refused(sambung, file, target)
    run(target, "CREATE TABLE theirs (id int)")
    dump = [PROGRAMS / "pg_dump", "-Fc", target, "-f", tmp_path / "theirs"]
    subprocess.run(dump, check=True)
    assert "has no store of sambung's, or not a whole one." in refused(sambung, tmp_path / "theirs", target)
    assert tables_in(target) == 1


def test_a_dump_that_was_cut(copied: Path, sambung: Command, target: str) -> None:
    copied.write_bytes(copied.read_bytes()[:-BYTES_CUT])
    words = refused(sambung, copied, target)
    assert words.startswith(f"{copied} is damaged, or no copy that pg_restore can read: could not read from")
    assert tables_in(target) == 0


def test_a_dump_of_a_newer_release(
    filled: Filled, sambung: Command, store_url: str, target: str, tmp_path: Path
) -> None:
    filled.spoil("UPDATE store_revision SET version_num = '2999'")
    dump = [PROGRAMS / "pg_dump", "-Fc", store_url, "-f", tmp_path / "newer"]
    subprocess.run(dump, check=True)
    assert "has the schema 2999; this release knows" in refused(sambung, tmp_path / "newer", target)
    assert tables_in(target) == 0


def test_a_dump_whose_members_are_credited_wrongly_is_left_to_be_looked_at(
    filled: Filled, sambung: Command, store_url: str, file: Path, target: str
) -> None:
    filled.spoil("UPDATE credit_line SET linear = linear - 1 WHERE member_id = 'm1'")
    assert sambung("backup", file, "--database", store_url).exit_code == 0
    words = refused(sambung, file, target, 1)
    assert "Under linear, credit sums to 1,999,999 millionths, not 2,000,000" in words
    assert words.endswith(
        "Its tables are in the database, to be looked at. Drop the database, or its schema."
    )
    assert everything(target) == everything(store_url)


def test_a_password_is_on_no_command_line(
    filled: Filled, sambung: Command, store_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert filled
    told, programs = tmp_path / "told", tmp_path / "15" / "bin"
    programs.mkdir(parents=True)
    (programs / "pg_dump").write_text(SPY.format(told=told, program=PROGRAMS / "pg_dump"))
    (programs / "pg_dump").chmod(0o755)
    monkeypatch.setattr(postgresql_programs, "DEBIANS", str(tmp_path))
    secret = store_url.replace("sambung@", "sambung:s3cret@")
    assert sambung("backup", tmp_path / "copy", "--database", secret).exit_code == 0
    assert [line for line in told.read_text().splitlines() if "s3cret" in line] == ["password=s3cret"]


@pytest.mark.parametrize("found", ["none", "old"])
def test_a_program_that_is_not_here_or_older_than_the_server(
    found: str, filled: Filled, sambung: Command, store_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert filled
    file, folder = Path("copy").absolute(), Path("programs").absolute()
    folder.mkdir()
    if found == "old":
        (folder / "pg_dump").write_text(OLD)
        (folder / "pg_dump").chmod(0o755)
    monkeypatch.setattr(postgresql_programs, "DEBIANS", str(folder))
    monkeypatch.setenv("PATH", str(folder))
    result = sambung("backup", file, "--database", store_url)
    assert result.exit_code == 2
    assert unwrapped(result.stderr) == (
        "The server is PostgreSQL 15, and no pg_dump of that version or a newer one is here. Install "
        "PostgreSQL's client programs (Debian, Ubuntu: apt install postgresql-client-15)."
    )
    assert [path.name for path in file.parent.glob("copy*")] == []


def test_a_newer_program_that_says_what_the_server_does_not_know(
    copied: Path, sambung: Command, target: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As pg_restore of 17 does to a server of 16; here one stands in for it that can only read a file."""
    programs = Path("17/bin").absolute()
    programs.mkdir(parents=True)
    real = f'case "$*" in *dbname*) ;; *) exec {PROGRAMS}/pg_restore "$@";; esac'
    (programs / "pg_restore").write_text(NEWER.replace("#!/bin/sh", f"#!/bin/sh\n{real}"))
    (programs / "pg_restore").chmod(0o755)
    monkeypatch.setattr(postgresql_programs, "DEBIANS", str(Path.cwd()))
    monkeypatch.setenv("PATH", "/nowhere")
    words = refused(sambung, copied, target, 3)
    assert (
        "unrecognized configuration parameter (its version is 17, the server's 15: install that of" in words
    )
    assert tables_in(target) == 0


def test_a_role_that_may_not_read_all(filled: Filled, sambung: Command, store_url: str, file: Path) -> None:
    assert filled
    for sql in ("CREATE ROLE narrow LOGIN", "GRANT SELECT ON ALL TABLES IN SCHEMA public TO narrow"):
        run(store_url, sql)
    run(store_url, "REVOKE ALL ON event_past FROM narrow")
    result = sambung("backup", file, "--database", store_url.replace("sambung@", "narrow@"))
    assert result.exit_code == 3
    assert "permission denied for table event_past" in unwrapped(result.stderr)
    assert [path.name for path in file.parent.glob("copy*")] == []


def test_a_full_disk(filled: Filled, sambung: Command, store_url: str, tmp_path: Path) -> None:
    assert filled
    with small_disk(tmp_path / "disk") as disk:
        disk.fill()
        result = sambung("backup", disk.folder / "copy", "--database", store_url)
        assert result.exit_code == 3
        assert "copy cannot be written: No space left on device. Make room" in unwrapped(result.stderr)
        disk.make_room()
        assert list(disk.folder.iterdir()) == []


@pytest.mark.parametrize("command", ["backup", "restore"])
def test_a_server_that_is_away(sambung: Command, copied: Path, command: str, tmp_path: Path) -> None:
    copy = copied if command == "restore" else tmp_path / "other"
    result = sambung(command, copy, "--database", "postgresql://sambung@127.0.0.1:1/store")
    assert result.exit_code == 3
    assert "cannot be used: connection" in unwrapped(result.stderr)

"""The scripts of docker-compose.yml, run here: the gateway's role, and passwords for PostgreSQL's clients."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlalchemy import create_engine, make_url, text

from sambung.stores.store_lock import store_lock
from sinks.store import open_store
from tests.services.postgres import PROGRAMS, Postgres
from tests.stores import run

FILE = Path(__file__).parents[2] / "docker-compose.yml"
PASSWORDS = {"sambung": r"it's \ and: *", "gateway": r"a'b\c:d"}
DRIVER = "postgresql+psycopg"
ONLY_WITH_PASSWORDS = "host {database} all 127.0.0.1/32 scram-sha-256\n"


def services() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))["services"]
    return found


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """With the secrets, and `sambung` as a program."""
    for role, password in PASSWORDS.items():
        (tmp_path / f"{role}-password").write_text(password + "\n", encoding="utf-8")
    program = tmp_path / "sambung"
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m sambung "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    return tmp_path


@pytest.fixture
def store(postgres: Postgres) -> str:
    """Opened to passwords alone."""
    url = postgres.new_database()
    open_store(url).dispose()
    quoted = PASSWORDS["sambung"].replace("'", "''")
    run(url, f"ALTER ROLE sambung PASSWORD '{quoted}'")
    [(rules,)] = run(url, "SHOW hba_file")
    before = Path(rules).read_text(encoding="utf-8")
    database = make_url(url).database
    Path(rules).write_text(ONLY_WITH_PASSWORDS.format(database=database) + before, encoding="utf-8")
    run(url, "SELECT pg_reload_conf()")
    return url


def run_script(script: str, folder: Path, url: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """As it would run in its container."""
    place = make_url(url)
    for there, here in {
        "$$": "$",
        "/run/secrets": str(folder),
        "/tmp/pgpass": str(folder / "pgpass"),  # noqa: S108  its path in a container
        "PGHOST=postgres": f"PGHOST={place.host} PGPORT={place.port}",
        "PGDATABASE=sambung": f"PGDATABASE={place.database}",
        "@postgres/sambung": f"@{place.host}:{place.port}/{place.database}",
    }.items():
        script = script.replace(there, here)
    environment = os.environ | {
        "PATH": f"{folder}:{PROGRAMS}:{os.environ['PATH']}",
        "PGPASSFILE": str(folder / "pgpass"),
    }
    command = ["sh", "-ec", script, "sambung", *arguments]
    return subprocess.run(
        command, env=environment, cwd=FILE.parent, capture_output=True, text=True, check=False
    )


def can_insert(url: str, role: str, password: str) -> bool:
    """Into `access`, logged in with that password."""
    engine = create_engine(
        make_url(url).set(drivername="postgresql+psycopg", username=role, password=password)
    )
    with engine.connect() as connection:
        found = connection.execute(text("SELECT has_table_privilege('access', 'INSERT')")).scalar()
    engine.dispose()
    return bool(found)


@pytest.mark.service
def test_the_gateway_s_role_gets_its_rights_once_and_its_password_each_time(folder: Path, store: str) -> None:
    [script] = services()["gateway-role"]["command"]
    first = run_script(script, folder, store)
    assert (first.returncode, first.stderr) == (0, "")
    assert "gateway" in first.stdout
    assert can_insert(store, "gateway", PASSWORDS["gateway"])
    (folder / "gateway-password").write_text("another\n", encoding="utf-8")
    with store_lock(authenticated(store)) as lock:
        lock.share()  # as a worker does
        again = run_script(script, folder, store)
    assert (again.returncode, again.stdout, again.stderr) == (0, "", "")
    assert can_insert(store, "gateway", "another")


@pytest.mark.service
def test_a_wrong_password_of_the_owner_ends_it(folder: Path, store: str) -> None:
    (folder / "sambung-password").write_text("wrong\n", encoding="utf-8")
    [script] = services()["gateway-role"]["command"]
    ended = run_script(script, folder, store)
    assert ended.returncode != 0
    assert "password authentication failed" in ended.stderr


@pytest.mark.service
def test_a_command_logs_in_with_the_password_of_its_file(folder: Path, store: str) -> None:
    *_, script, name = services()["topics"]["entrypoint"]
    assert name == "sambung"
    asked = run_script(script, folder, store, "audit", "--database", store)
    assert asked.returncode == 0, asked.stderr
    assert (folder / "pgpass").stat().st_mode & 0o777 == 0o600


def authenticated(url: str) -> str:
    return make_url(url).set(password=PASSWORDS["sambung"]).render_as_string(hide_password=False)

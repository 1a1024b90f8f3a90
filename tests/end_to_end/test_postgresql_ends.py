"""A replay whose store in PostgreSQL goes away, or whose lock another takes, ends in a sentence."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import Popen

import pytest

from sambung.stores.store_lock import BEGINNING, store_lock
from tests.end_to_end.runs import replay, rows, started, tables_for, until, written, wrong_rows
from tests.services.postgres import END_LOCK_HOLDERS, Postgres, postgres_server
from tests.stores import run
from tests.strategies import awkward_season

pytestmark = [pytest.mark.broker, pytest.mark.service]

LINES = [line for line in b"\n".join(awkward_season(31, 150)).split(b"\n") if line]
AGAIN = "What was cut off is completed by the same command again: nothing is counted twice."


@pytest.fixture(scope="module")
def server() -> Iterator[Postgres]:
    with postgres_server() as own:
        yield own


@contextmanager
def at_work(store: str, phase: str, folder: Path) -> Iterator["tuple[Popen[bytes], Path]"]:
    """A replay of its standard input, and its log, once it has come so far."""
    log = folder / "replay.log"
    with started("replay", "-", "--database", store, log=log) as process:
        until(lambda: phase in log.read_text(), phase)
        yield process, log


def test_where_the_server_goes_away_the_same_command_makes_it_whole(server: Postgres, tmp_path: Path) -> None:
    store = server.new_database()
    with at_work(store, "reading standard input", tmp_path) as (process, log):
        server.stop()
        process.communicate(b"".join(line + b"\n" for line in LINES), timeout=60)
        assert process.returncode == 3
        assert AGAIN in " ".join(log.read_text().split())
        assert "Traceback" not in log.read_text()
    server.start()
    replay(store, written(tmp_path / "lines.ndjson", LINES))
    assert wrong_rows(tables_for(LINES), store) == []


def test_a_rebuild_that_lost_its_lock_to_another_writes_nothing(server: Postgres, tmp_path: Path) -> None:
    store = server.new_database()
    replay(store, written(tmp_path / "lines.ndjson", LINES))
    with (
        at_work(store, "reading what the store knows", tmp_path) as (process, log),
        store_lock(store) as other,
    ):
        run(store, END_LOCK_HOLDERS)
        other.acquire_exclusive()
        before = rows(store, "sink_version")
        process.communicate(timeout=60)
        assert process.returncode == 3
        assert BEGINNING in " ".join(log.read_text().split())
        assert rows(store, "sink_version") == before
    assert run(store, "SELECT settled_at IS NULL FROM generation ORDER BY number") == [(False,), (True,)]

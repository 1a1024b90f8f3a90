"""The same season into a store in PostgreSQL: the same rows, and the same answers, as in SQLite."""

from pathlib import Path

import pytest

from sambung.stores.store_lock import store_lock
from tests.end_to_end.conftest import Sent
from tests.end_to_end.runs import replay, rows, sambung, sambung_here, url, written, wrong_rows
from tests.services.postgres import Postgres

pytestmark = pytest.mark.broker

DETERMINED_ANSWERS = (("audit",), ("audit", "--json"), ("campaigns",), ("campaigns", "--json"))
MEMBERS = 6
WRITTEN_ONCE = ("event", "member", "credit", "statement", "live_count", "outreach_event", "inspection")


@pytest.fixture(scope="module")
def server_store(sent: Sent, postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> str:
    """URL of a store that took the season in two runs."""
    made, folder = postgres.new_database(), tmp_path_factory.mktemp("postgresql")
    half = len(sent.lines) // 2
    for part in (sent.lines[:half], sent.lines[half:]):
        replay(made, written(folder / "part.ndjson", part))
    return made


def test_its_rows_are_those_of_the_oracle(sent: Sent, server_store: str) -> None:
    assert wrong_rows(sent.tables, server_store) == []


@pytest.mark.parametrize("question", DETERMINED_ANSWERS, ids=" ".join)
def test_it_answers_as_sqlite_does(question: tuple[str, ...], server_store: str, store: Path) -> None:
    asked, wanted = (sambung_here(*question, "--database", url(each)) for each in (server_store, store))
    assert (asked.returncode, asked.stdout) == (0, wanted.stdout)


def test_it_tells_of_members_what_sqlite_tells(sent: Sent, server_store: str, store: Path) -> None:
    ids = [row["member_id"] for row in sent.tables["member"]]
    for member in ids[:: max(1, len(ids) // MEMBERS)]:
        answers = [
            sambung_here("why", member, "--database", url(each)).stdout for each in (server_store, store)
        ]
        of_events = [[line for line in one.splitlines() if "decided on" not in line] for one in answers]
        assert of_events[0] == of_events[1]


def test_the_same_file_again_changes_no_row(sent: Sent, server_store: str, tmp_path: Path) -> None:
    before = {table: rows(server_store, table) for table in WRITTEN_ONCE}
    replay(server_store, written(tmp_path / "season.ndjson", sent.lines))
    for table in WRITTEN_ONCE:
        assert rows(server_store, table) == before[table], table


def test_it_follows_one_stream_at_a_time(server_store: str, tmp_path: Path) -> None:
    with store_lock(server_store) as lock:
        lock.share()
        refused = sambung("replay", str(written(tmp_path / "none.ndjson", [])), "--database", server_store)
    assert refused.returncode == 3
    assert "A replay or a worker is writing to this store already." in " ".join(refused.stderr.split())

"""A store that was restored goes on to the same rows as the one that was never lost."""

from pathlib import Path

import pytest
from sqlalchemy import Connection

from tests.end_to_end.conftest import Sent
from tests.end_to_end.runs import replay, sambung_here, url, written, wrong_rows
from tests.oracle.compare import rows_of
from tests.services.brokers import Brokers
from tests.services.kafka import Kafka
from tests.services.postgres import Postgres
from tests.sinks.tables import TABLES
from tests.stores import Rows, columns, opened, rows

pytestmark = pytest.mark.broker


@pytest.fixture
def parts(sent: Sent, tmp_path: Path) -> tuple[Path, Path]:
    half = len(sent.lines) // 2
    return (
        written(tmp_path / "first.ndjson", sent.lines[:half]),
        written(tmp_path / "second.ndjson", sent.lines[half:]),
    )


@pytest.fixture(params=("sqlite", "postgresql"))
def stores(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, str]:
    """URLs of two databases without a store: one to be lost, one to be restored."""
    if request.param == "sqlite":
        return url(tmp_path / "lost.db"), url(tmp_path / "restored.db")
    server: Postgres = request.getfixturevalue("postgres")
    return server.new_database(), server.new_database()


def restored(lost: str, to: str, file: Path) -> None:
    for command, database in (("backup", lost), ("restore", to)):
        done = sambung_here(command, str(file), "--database", database)
        assert done.returncode == 0, done.stderr


def followed(store: str) -> dict[str, Rows]:
    """Every row of every table with its version, but for what depends on how records came in batches."""
    with opened(store) as connection:
        return {name: sorted(rows(connection, _query(connection, name)), key=repr) for name in TABLES}


def _query(connection: Connection, table: str) -> str:
    """A count that goes and comes back within a batch keeps its version."""
    left_out = {"batch", "version"} if table == "live_count" else {"batch"}
    names = ", ".join(f'"{name}"' for name in columns(connection, table) if name not in left_out)
    return f"SELECT {names} FROM {table}"


def test_files_of_later_go_into_either_alike(
    sent: Sent, parts: tuple[Path, Path], stores: tuple[str, str], tmp_path: Path
) -> None:
    lost, found = stores
    first, second = parts
    replay(lost, first)
    file = tmp_path / "copy"
    restored(lost, found, file)
    for store in stores:
        replay(store, second)
        assert wrong_rows(sent.tables, store) == []
    assert rows_of(lost) == rows_of(found)


def test_beside_its_own_broker_it_is_given_all_that_came_since(
    parts: tuple[Path, Path], kafka: Kafka, tmp_path: Path
) -> None:
    """From the positions in the copy on, so that it ends with the very versions that the lost one had."""
    options = Brokers(kafka).for_replay()
    lost, found = url(tmp_path / "lost.db"), url(tmp_path / "restored.db")
    first, second = parts
    replay(lost, first, options=options)
    restored(lost, found, tmp_path / "copy")
    replay(lost, second, options=options)
    assert followed(lost) != followed(found)
    replay(found, written(tmp_path / "none.ndjson", []), options=options)
    assert followed(lost) == followed(found)

"""A batch reads by key: no query of a sink scans a table that grows."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Select
from sqlalchemy.dialects import sqlite

from sinks import progress
from sinks.events import table as events
from sinks.live_counts import table as live_counts
from sinks.members import credit_lines
from sinks.members import table as members
from sinks.rejected import table as refused
from sinks.store import open_store

QUERIES = {
    "members": members._MEMBERS,
    "lines": credit_lines._CURRENT_LINES,
    "versions": progress._SEEN_VERSIONS,
    "counts": live_counts._ROWS_OF,
    "events": events._BODIES,
    "refused": refused._KNOWN,
}


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    file = tmp_path / "store.db"
    open_store(f"sqlite:///{file}").dispose()
    with closing(sqlite3.connect(file)) as opened:
        yield opened


def plan(connection: sqlite3.Connection, sql: str) -> list[str]:
    parameters = ('["m1"]',) * sql.count("?")
    return [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {sql}", parameters)]


@pytest.mark.parametrize("name", QUERIES)
def test_a_batch_searches_by_key(connection: sqlite3.Connection, name: str) -> None:
    query: Select[tuple[object, ...]] = QUERIES[name]
    steps = plan(connection, str(query.compile(dialect=sqlite.dialect())))
    assert [step for step in steps if step.startswith("SCAN") and "VIRTUAL TABLE" not in step] == []
    assert any(step.startswith("SEARCH") for step in steps)


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM credit_current WHERE member_id = 'm1'",
        "SELECT sum(credit) FROM credit_current GROUP BY model",
        "SELECT sum(linear) FROM credit_line_current GROUP BY campaign_id",
        "SELECT * FROM credit WHERE member_id = 'm1' AND model = 'linear' ORDER BY version, line",
        "SELECT * FROM statement JOIN credit USING (version, member_id) WHERE statement.member_id = 'm1'",
    ],
)
def test_lines_are_found_through_their_member(connection: sqlite3.Connection, sql: str) -> None:
    steps = " ".join(plan(connection, sql))
    assert re.search(r"SEARCH credit_line USING PRIMARY KEY \(version=\? AND member_id=\?\)", steps), steps


@pytest.mark.parametrize("view", ["credit", "credit_current"])
def test_one_member_is_found_without_a_scan_and_lines_are_read_once(
    connection: sqlite3.Connection, view: str
) -> None:
    steps = plan(connection, f"SELECT * FROM {view} WHERE member_id = 'm1'")
    assert [step for step in steps if step.startswith("SCAN")] == ["SCAN CONSTANT ROW"] * 5 + ["SCAN share"]
    assert sum("credit_line" in step for step in steps) == 1

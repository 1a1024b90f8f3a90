"""What a batch reads, it searches by key: no query of a sink scans a table that grows."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Select
from sqlalchemy.dialects import sqlite

from sinks.store import open_store
from sinks.tables import credit, events, live_counts, members, refused, versions

QUERIES = {
    "members": members._AS_FACTS,
    "lines": credit._AS_LINES,
    "versions": versions._SEEN_VERSIONS,
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
        "SELECT * FROM statement JOIN credit USING (version, member_id) WHERE statement.member_id = 'm1'",
    ],
)
def test_lines_are_found_through_their_member(connection: sqlite3.Connection, sql: str) -> None:
    steps = " ".join(plan(connection, sql))
    assert re.search(r"SEARCH credit USING PRIMARY KEY \(version=\? AND member_id=\?\)", steps), steps

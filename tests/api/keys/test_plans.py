"""A request reads by index, however large the store is: its key, and the places of what stands."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Connection, event

from api.keys.places import standing_places
from api.keys.table import valid_keys
from sinks.store import open_store
from tests.stores import opened, run

ROWS = 20_000
QUERIES: dict[str, Callable[[Connection], object]] = {
    "keys": lambda connection: valid_keys(connection, ["d1", "d2"]),
    "places": lambda connection: standing_places(connection, [("inspection", "e1"), ("inspection", "e2")]),
}
NUMBERS = {
    "sqlite": f"(WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < {ROWS}) "
    "SELECT n FROM s)",
    "postgresql": f"(SELECT n FROM generate_series(1, {ROWS}) AS n)",
}
AT = {
    "sqlite": "'2026-11-30 00:00:00.000000'",
    "postgresql": "timestamptz '2026-11-30 00:00:00.000000'",
}
FILLED = {
    "api_key": "'k' || n, 'd' || n, 'read:counts', NULL, {at}, NULL",
    "event": "'enrollment', 'e' || n, 0, '{{}}', 0",
    "inspection": "'e' || n, 0, 'active', {at}, {at}, 's', 'c', 'k', 't', '34.04.07', 'visit', 'other', 0, 0",
    "outreach_event": "'e' || n, 0, 'active', {at}, {at}, 's', 'c', 'other', '34.04', 0, 0, 0, 0, 0",
}


@pytest.fixture
def filled(storeless: str) -> str:
    open_store(storeless).dispose()
    kind = storeless.partition(":")[0]
    for table, values in FILLED.items():
        run(storeless, f"INSERT INTO {table} SELECT {values.format(at=AT[kind])} FROM {NUMBERS[kind]} AS s")
    run(storeless, "ANALYZE")
    return storeless


@pytest.mark.parametrize("name", QUERIES)
def test_no_table_is_read_whole(filled: str, name: str) -> None:
    with opened(filled) as connection:
        steps = plan(connection, QUERIES[name])
    whole = [step for step in steps if "Seq Scan" in step or step.startswith("SCAN")]
    assert [step for step in whole if "VIRTUAL TABLE" not in step] == [], "json_each is one"
    assert any("Index" in step or step.startswith("SEARCH") for step in steps)


def plan(connection: Connection, query: Callable[[Connection], object]) -> list[str]:
    """Of the one statement that the query runs."""
    run_: list[tuple[str, Any]] = []
    event.listen(connection, "before_cursor_execute", lambda *given: run_.append((given[2], given[3])))
    query(connection)
    [(sql, parameters)] = run_
    explain = "EXPLAIN QUERY PLAN" if connection.dialect.name == "sqlite" else "EXPLAIN"
    return [str(row[-1]).strip() for row in connection.exec_driver_sql(f"{explain} {sql}", parameters)]

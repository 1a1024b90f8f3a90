"""How a batch finds its keys in large tables of PostgreSQL, whose planner guesses where none was analysed."""

from collections.abc import Iterator
from typing import Final

import pytest
from sqlalchemy import Connection, Engine

from sinks.store import open_store
from tests.services.postgres import Postgres
from tests.sinks.test_plans import QUERIES

GROWING: Final = ("member", "credit_line", "sink_version", "live_count", "event", "rejected_seen")
ROWS: Final = 50_000
FEW: Final = 20
MANY: Final = 5_000
CONSTANT: Final = {("sink_version", "kind"): "'one'", ("event", "type"): "'one'"}
"""Of which there are few in real stores, so that they narrow nothing down."""


@pytest.fixture(scope="module")
def filled(postgres: Postgres) -> Iterator[Engine]:
    """As a sink opens it."""
    engine = open_store(postgres.new_database())
    with engine.begin() as connection:
        for name in GROWING:
            connection.exec_driver_sql(f"ALTER TABLE {name} SET (autovacuum_enabled = off)")
            connection.exec_driver_sql(filling(connection, name))
    yield engine
    engine.dispose()


@pytest.fixture(scope="module", params=["not analysed", "analysed"])
def connection(request: pytest.FixtureRequest, filled: Engine) -> Iterator[Connection]:
    with filled.begin() as opened:
        if request.param == "analysed":
            opened.exec_driver_sql("ANALYZE")
        yield opened


def filling(connection: Connection, table: str) -> str:
    """Every text of a row is k and its number."""

    def value(column: str, kind: str) -> str:
        usual = "now()" if "time" in kind else "'k' || n" if kind.startswith(("char", "text")) else "n"
        return CONSTANT.get((table, column), usual)

    asked = "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = %s"
    columns = connection.exec_driver_sql(f"{asked} ORDER BY ordinal_position", (table,)).all()
    values = ", ".join(value(*column) for column in columns)
    return f"INSERT INTO {table} SELECT {values} FROM generate_series(1, {ROWS}) AS n"


def plan(connection: Connection, name: str, keys: int) -> str:
    explained = f"EXPLAIN {QUERIES[name].compile(dialect=connection.dialect)}"
    parameters = {"keys": [f"k{key}" for key in range(keys)], "of_kind": "one", "of_type": "one"}
    return "\n".join(connection.exec_driver_sql(explained, parameters).scalars())


@pytest.mark.parametrize("name", QUERIES)
def test_a_few_keys_are_searched_in_an_index(connection: Connection, name: str) -> None:
    steps = plan(connection, name, FEW)
    assert "Seq Scan" not in steps, steps
    assert "Index Cond" in steps, steps


@pytest.mark.parametrize("name", QUERIES)
def test_many_keys_are_never_compared_with_every_row(connection: Connection, name: str) -> None:
    """Reading a table once may be the best that there is for them; once a key it never is."""
    assert "Join Filter" not in plan(connection, name, MANY)

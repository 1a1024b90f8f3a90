"""Rows are tuples in the order of their table's columns: each cell is that of its column's name.

The order of a table's columns in a database does not matter, since every statement names them; a migration
can only append a column.
"""

import json
from typing import Any

import msgspec
import pytest
from sqlalchemy import Table

from models.events import EVENTS, canonical
from models.statement import decode_statement
from models.tables.catalog import TABLES
from models.tables.columns import Instant, stored_text, table_of
from models.tables.rows import InspectionRow, MemberRow, OutreachEventRow, StatementRow
from sinks.databases.compiling import names_of
from sinks.events.decide import inspection_columns, outreach_columns
from sinks.members.table import as_member, statement_columns
from tests.builders import inspection, line, outreach
from tests.sinks.records import statement

BATCH = 7
FOLLOWED = [table for table in TABLES.values() if "batch" in table.c and table.c.batch.server_default]


def by_name(table: Table, row: tuple[Any, ...]) -> dict[str, Any]:
    return dict(zip(names_of(table), row, strict=True))


def expected(table: Table, record: dict[str, Any]) -> dict[str, Any]:
    return {column.name: _cell(column.type, record[column.name]) for column in table.c}


def _cell(kind: object, value: Any) -> Any:
    if isinstance(value, list):
        return len(value)
    return stored_text(value) if isinstance(kind, Instant) and value is not None else value


def test_the_batch_is_the_last_column_of_each_table_that_others_follow() -> None:
    last = {table.name: names_of(table)[-1] for table in FOLLOWED}
    assert len(last) == 7
    assert set(last.values()) == {"batch"}, "a new column has to stand before it in the model"


@pytest.mark.parametrize(
    ("row", "columns", "event"),
    [
        (OutreachEventRow, outreach_columns, outreach("perisai", attendees=["a", "b"], companies=["c"])),
        (InspectionRow, inspection_columns, inspection(stage="sp1", status="cancelled", revision=2)),
    ],
    ids=["outreach_event", "inspection"],
)
def test_a_row_of_an_event(row: Any, columns: Any, event: dict[str, Any]) -> None:
    table = table_of(row)
    body = canonical(EVENTS[event["type"]].model_validate_json(line(event)))
    written = (*columns(body), BATCH)
    assert by_name(table, written) == expected(table, json.loads(body) | {"batch": BATCH})


@pytest.mark.parametrize(
    ("row", "made"),
    [(MemberRow, as_member), (StatementRow, tuple)],
    ids=["member", "statement"],
)
def test_a_row_of_a_statement(row: Any, made: Any) -> None:
    table = table_of(row)
    record = decode_statement(statement("m1", 5, company_id="c1", duplicates=3))
    stated = msgspec.to_builtins(record) | {"batch": BATCH}
    assert by_name(table, made(statement_columns(record, BATCH))) == expected(table, stated)

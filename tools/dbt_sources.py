"""`docs/dbt/models/sources.yml`: the store in PostgreSQL as sources of dbt, with tests and freshness."""

import json
from collections.abc import Iterator
from typing import Any, Final

from sqlalchemy import Column
from sqlalchemy.dialects import postgresql

from models.events import EVENTS
from models.intake.refusal import Reason
from models.tables.audiences import MAY_READ, RoleKind
from models.tables.bookkeeping import BatchRow, GenerationRow, RemovedRow, TableDescriptionRow
from models.tables.catalog import VIEWS
from models.tables.columns import RowModel, table_of
from models.tables.meanings import PARTS, description, listed_values, row_classes
from models.tables.views import CONTRACT

ROWS: Final[tuple[type[RowModel], ...]] = (
    *row_classes(PARTS["Tables"]),
    *row_classes(PARTS["Views"]),
    *row_classes(PARTS["Tables of reporting jobs"]),
    BatchRow,
    RemovedRow,
    GenerationRow,
    TableDescriptionRow,
)
"""All but what only the sinks use."""
CONTRACT_NUMBER: Final = "contract.number"
VALUES: Final[dict[str, tuple[Any, ...]]] = {
    CONTRACT_NUMBER: (CONTRACT,),
    "event.type": tuple(EVENTS),
    "event_past.type": tuple(EVENTS),
    "member.status": ("active", "cancelled"),
    "rejected.reason": tuple(one.value for one in Reason),
}
"""Where the records behind the column do not list them, or the table has fewer."""
RELATIONS: Final = {
    "credit_line.member_id": ("statement", "member_id"),
    "member.member_id": ("statement", "member_id"),
}
"""And every `batch` is in the table of that name."""
HEAD: Final = """\
# Made from the classes in models/tables (`make schemas`): copy it, and write your own tests elsewhere.
# Variables: sambung_schema, the schema with the store's tables; sambung_analyst, true for a role that may
# read the events themselves; sambung_stale_days, after how many days without a change freshness fails.
version: 2
sources:
  - name: sambung
    description: "Which outreach effort brought which new member in. How to follow it: docs/following.md"
    schema: "{{ var('sambung_schema', 'public') }}"
    tables:
"""
FRESHNESS: Final = """\
        config:
          loaded_at_field: committed_at
          freshness:
            warn_after: {count: 1, period: day}
            error_after: {count: "{{ var('sambung_stale_days', 4) | int }}", period: day}
"""
ANALYST: Final = """\
        config:
          enabled: "{{ var('sambung_analyst', false) | as_bool }}"
"""


def dbt_sources() -> str:
    """Text of the file."""
    return HEAD + "".join(line for row in ROWS for line in _table(row))


def _table(row: type[RowModel]) -> Iterator[str]:
    table = table_of(row)
    yield f"      - name: {table.name}\n"
    yield f"        description: {_text(' '.join((row.__doc__ or '').split()))}\n"
    if row is BatchRow:
        yield FRESHNESS
    if RoleKind.READER not in MAY_READ[table.name]:
        yield ANALYST
    yield "        columns:\n"
    for column in table.columns:
        yield f"          - name: {column.name}\n"
        yield f"            description: {_text(description(row, column.name))}\n"
        yield f"            data_type: {column.type.compile(dialect=postgresql.dialect()).lower()}\n"  # type: ignore[no-untyped-call]
        if column.name in postgresql.dialect().identifier_preparer.reserved_words:  # type: ignore[no-untyped-call]
            yield "            quote: true\n"
        tests = list(_tests(column))
        if tests:
            yield "            data_tests:\n"
            yield from (f"              - {one}\n" for one in tests)


def _tests(column: Column[Any]) -> Iterator[str]:
    """What holds in every store. Of views only the contract's number, as they show what the tables have.

    Another contract is an error, a value that a later release brought a warning.
    """
    table, name = column.table.name, f"{column.table.name}.{column.name}"
    if table in VIEWS and name != CONTRACT_NUMBER:
        return
    if list(column.table.primary_key) == [column]:
        yield "unique"
    if column.primary_key or column.name == "batch":
        yield "not_null"
    values = VALUES.get(name) or listed_values(table, column.name)
    if values:
        strict = name == CONTRACT_NUMBER
        yield _test("accepted_values", "error" if strict else "warn", values=list(values), quote=not strict)
    batch = ("batch", "batch") if column.name == "batch" and table != "batch" else None
    related = RELATIONS.get(name, batch)
    if related is not None:
        yield _test("relationships", "error", to=f"source('sambung', '{related[0]}')", field=related[1])


def _test(name: str, severity: str, **arguments: Any) -> str:
    return json.dumps({name: {"arguments": arguments, "config": {"severity": severity}}})


def _text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)

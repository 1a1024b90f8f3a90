"""The tables of scenarios: a ledger under other rules, beside the live one and never in it."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, delete, insert, select

from models.statement import Line, Statement, decode_statement
from models.tables.bookkeeping import BatchRow
from models.tables.columns import stored_text, table_of
from models.tables.reporting import ScenarioCreditLineRow, ScenarioMemberRow, ScenarioRow
from models.tables.rows import EventRow
from sinks.databases.writing import insert_rows
from sinks.members.credit_lines import earned_columns
from sinks.members.decide import GONE, earning

_SCENARIO, _MEMBER = table_of(ScenarioRow), table_of(ScenarioMemberRow)
_LINE, _EVENT, _BATCH = table_of(ScenarioCreditLineRow), table_of(EventRow), table_of(BatchRow)
_BODIES_PER_FETCH: Final = 1_000
_STATEMENTS_PER_INSERT: Final = 5_000


class NewScenario(NamedTuple):
    """A row of `scenario`."""

    name: str
    rules_version: str
    rules: str
    """As JSON."""
    batch: int
    made_at: int
    """Microseconds since 1970."""
    events: int
    refused: int


def last_batch(connection: Connection) -> int:
    """The batch as of which a snapshot is."""
    return int(connection.scalar(select(_BATCH.c.batch).order_by(_BATCH.c.batch.desc()).limit(1)) or 0)


def archive_of(connection: Connection, event_type: str) -> Iterator[bytes]:
    """Canonical texts of a type, in the connection's snapshot, never all of them in memory."""
    bodies = select(_EVENT.c.body).where(_EVENT.c.type == event_type).order_by(_EVENT.c.event_id)
    found = connection.execution_options(yield_per=_BODIES_PER_FETCH).execute(bodies)
    return (body.encode() for body in found.scalars())


def is_taken(connection: Connection, name: str) -> bool:
    return connection.scalar(select(_SCENARIO.c.name).where(_SCENARIO.c.name == name)) is not None


def add_scenario(connection: Connection, scenario: NewScenario, records: Mapping[bytes, bytes]) -> bool:
    """Store a scenario with the last record on `credit` of each member; False if the name is taken."""
    if is_taken(connection, scenario.name):
        return False
    connection.execute(insert(_SCENARIO), scenario._asdict())
    for some in _slices(records[member] for member in sorted(records)):
        statements = [one for one in map(decode_statement, some) if one.status != GONE]
        insert_rows(connection, _MEMBER, [_member_row(scenario.name, one) for one in statements])
        insert_rows(
            connection,
            _LINE,
            [_line_row(scenario.name, one, line) for one in statements for line in earning(one.lines)],
        )
    return True


def drop_scenario(connection: Connection, name: str) -> bool:
    """False where there is none of that name."""
    for table in (_LINE, _MEMBER):
        connection.execute(delete(table).where(table.c.scenario == name))
    return connection.execute(delete(_SCENARIO).where(_SCENARIO.c.name == name)).rowcount > 0


def _slices(records: Iterable[bytes]) -> Iterator[list[bytes]]:
    records = iter(records)
    while some := list(islice(records, _STATEMENTS_PER_INSERT)):
        yield some


def _member_row(scenario: str, one: Statement) -> tuple[Any, ...]:
    """In the order of the table's columns."""
    return (
        scenario,
        one.member_id,
        one.kind,
        one.company_id,
        one.place,
        stored_text(one.occurred_at or ""),
        one.enrollment_event_id,
        one.status,
        one.evidence,
        one.duplicates,
    )


def _line_row(scenario: str, one: Statement, line: Line) -> tuple[Any, ...]:
    """In the order of the table's columns."""
    return (scenario, one.member_id, line.line, *earned_columns(line))

"""The table `credit_line`: one row per line of a statement, one column per model."""

from collections.abc import Collection, Iterable, Sequence
from itertools import groupby
from typing import Any, Final

from msgspec.structs import astuple
from sqlalchemy import Connection, String, select, type_coerce

from models.statement import MODEL_NAMES, Credit, Line, Statement
from models.tables.columns import stored_text, table_of, wire_text
from models.tables.rows import CreditLineRow, MemberRow
from sinks.databases.reading import among
from sinks.databases.writing import insert_rows
from sinks.members.decide import earning

_LINE, _MEMBER = table_of(CreditLineRow), table_of(MemberRow)
_ROWS_PER_FETCH: Final = 10_000
_CURRENT_LINES = (
    select(
        _MEMBER.c.member_id,
        _LINE.c.line,
        _LINE.c.touch_id,
        _LINE.c.campaign_id,
        _LINE.c.channel,
        _LINE.c.evidence,
        _LINE.c.approach,
        type_coerce(_LINE.c.touched_at, String),
        *(_LINE.c[model] for model in MODEL_NAMES),
    )
    .join_from(_MEMBER, _LINE, _LINE.c.version == _MEMBER.c.version)
    .where(_LINE.c.member_id == _MEMBER.c.member_id, among(_MEMBER.c.member_id))
    .order_by(_MEMBER.c.member_id, _LINE.c.line)
)


def insert_lines(connection: Connection, statements: Iterable[Statement]) -> None:
    """Every line of these statements that earns credit."""
    rows = [
        (statement.member_id, statement.version, line.line, *earned_columns(line))
        for statement in statements
        for line in earning(statement.lines)
    ]
    insert_rows(connection, _LINE, rows)


def earned_columns(line: Line) -> tuple[Any, ...]:
    """In the order of `EarnedColumns`."""
    touched_at = line.touched_at
    return (
        line.touch_id,
        line.campaign_id,
        line.channel,
        line.evidence,
        line.approach,
        None if touched_at is None else stored_text(touched_at),
        *astuple(line.credit),
    )


def current_lines(connection: Connection, members: Collection[str]) -> dict[str, tuple[Line, ...]]:
    """Current lines of these members, as in a statement; members without lines are absent."""
    if not members:
        return {}
    rows = connection.execute(_CURRENT_LINES, {"keys": members}).yield_per(_ROWS_PER_FETCH)
    return {member_id: tuple(map(_to_line, of_member)) for member_id, of_member in groupby(rows, _member_id)}


def _member_id(row: Sequence[Any]) -> str:
    return str(row[0])


def _to_line(row: Sequence[Any]) -> Line:
    _, number, touch_id, campaign_id, channel, evidence, approach, touched_at, *credit = row
    touched = None if touched_at is None else wire_text(touched_at)
    return Line(number, touch_id, campaign_id, channel, evidence, approach, touched, Credit(*credit))

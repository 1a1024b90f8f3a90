"""`credit`: one row a line and model, written from one tuple a line, which costs a third less."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import (
    Connection,
    Integer,
    String,
    bindparam,
    insert,
    literal_column,
    select,
    type_coerce,
    union_all,
)
from sqlalchemy.engine import Dialect

from models.columns import stored_text, wire_text
from models.rows import CreditRow, MemberRow
from models.views import table_of
from sinks.tables.reading import among
from sinks.tables.writing import worded, write_rows
from sinks.wire import Credit, Line, Statement

_CREDIT, _MEMBER = table_of(CreditRow), table_of(MemberRow)
_ROWS_AT_ONCE: Final = 10_000
MODELS: Final = Credit.__struct_fields__
_SHARED: Final = tuple(column.name for column in _CREDIT.columns if column.name not in ("model", "credit"))
_AS_LINES = (
    select(
        _MEMBER.c.member_id,
        _CREDIT.c.model,
        _CREDIT.c.credit,
        _CREDIT.c.line,
        _CREDIT.c.touch_id,
        _CREDIT.c.campaign_id,
        _CREDIT.c.channel,
        _CREDIT.c.evidence,
        _CREDIT.c.approach,
        type_coerce(_CREDIT.c.touched_at, String),
    )
    .join_from(_MEMBER, _CREDIT, _CREDIT.c.version == _MEMBER.c.version)
    .where(_CREDIT.c.member_id == _MEMBER.c.member_id, among(_MEMBER.c.member_id))
)


def insert_lines(connection: Connection, statements: Iterable[Statement]) -> None:
    """Every row of every line."""
    rows: list[tuple[Any, ...]] = []
    for said in statements:
        decided_at = stored_text(said.decided_at)
        rows.extend(_line(said, line, decided_at) for line in said.lines)
    write_rows(connection, _lines_text(connection.dialect), rows)


def _line(said: Statement, line: Line, decided_at: str) -> tuple[Any, ...]:
    credit = line.credit
    return (
        said.member_id,
        said.version,
        line.line,
        line.touch_id,
        line.campaign_id,
        line.channel,
        line.evidence,
        line.approach,
        None if line.touched_at is None else stored_text(line.touched_at),
        decided_at,
        credit.first,
        credit.last,
        credit.linear,
        credit.position,
        credit.time_decay,
    )


@lru_cache
def _lines_text(dialect: Dialect) -> str:
    """One tuple in, up to one row a model out: what the models share is bound once."""
    shares: list[Any] = [
        select(literal_column(f"'{name}'").label("model"), bindparam(name, type_=Integer).label("credit"))
        for name in MODELS
    ]
    share = union_all(*shares).subquery("share")
    row = {name: bindparam(name, type_=_CREDIT.c[name].type) for name in _SHARED}
    columns = {**row, "model": share.c.model, "credit": share.c.credit}
    rows = select(*columns.values()).select_from(share).where(share.c.credit.is_not(None))
    return worded(insert(_CREDIT).from_select(list(columns), rows), (*_SHARED, *MODELS), dialect)


def current_lines(connection: Connection, members: Collection[str]) -> dict[str, tuple[Line, ...]]:
    """Lines that these members have now, as a statement has them; members without lines are absent."""
    lines: dict[str, dict[int, tuple[Sequence[Any], dict[str, int]]]] = defaultdict(dict)
    if not members:
        return {}
    rows = connection.execute(_AS_LINES, {"keys": members})
    for some in rows.partitions(_ROWS_AT_ONCE):
        for member_id, model, credit, *described in some:
            of_member = lines[member_id]
            number = described[0]
            if number not in of_member:
                of_member[number] = described, {}
            of_member[number][1][model] = credit
    return {
        member_id: tuple(_read(*of_member[number]) for number in sorted(of_member))
        for member_id, of_member in lines.items()
    }


def _read(described: Sequence[Any], credit: dict[str, int]) -> Line:
    number, touch_id, campaign_id, channel, evidence, approach, touched_at = described
    touched = None if touched_at is None else wire_text(touched_at)
    return Line(number, touch_id, campaign_id, channel, evidence, approach, touched, Credit(**credit))

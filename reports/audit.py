"""The two sums that always hold at rest (docs/spec.md, section 4), checked against the store.

Credit over `credit_current` is 1,000,000 times the active members under every model, and `live_count` is what
a GROUP BY over `credit_current` gives. Both come from two readings of the current lines, with all models side
by side: a second and a half with 50,000 members.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Select,
    String,
    case,
    cast,
    func,
    or_,
    select,
    type_coerce,
)

from models.instants import month_in_jakarta, parse
from models.statement import WHOLE_MEMBER
from models.tables.columns import table_of, wire_text
from models.tables.rows import CreditLineRow, LiveCountRow, MemberRow
from models.tables.views import CreditLineCurrentRow
from streams.attribution.credit import MODELS

FIRST_BROKEN: Final = 20
"""Members that break the sum are listed up to this many, and counted beyond."""

_JAKARTA_PLUS_7_SINCE_US: Final = parse("1964-01-01T00:00:00Z")

_MEMBER, _COUNT = table_of(MemberRow), table_of(LiveCountRow)
_LINE, _CURRENT = table_of(CreditLineRow), table_of(CreditLineCurrentRow)


class Cell(NamedTuple):
    campaign_id: str
    district: str
    month: str
    kind: str
    model: str


class Sums(NamedTuple):
    credit: int
    members: int


class ModelSum(NamedTuple):
    model: str
    credit: int
    expected: int


class MemberSum(NamedTuple):
    member_id: str
    model: str
    credit: int
    expected: int


class CellDifference(NamedTuple):
    cell: Cell
    stored: Sums | None
    """What `live_count` says; None where it has no row."""
    counted: Sums | None
    """What the current lines give; None where they give nothing."""


@dataclass(frozen=True, slots=True)
class Audit:
    active_members: int
    sums: tuple[ModelSum, ...]
    broken: tuple[MemberSum, ...]
    """The first members whose own credit is wrong."""
    broken_members: int
    cells: int
    """Rows of `live_count` that were compared."""
    differences: tuple[CellDifference, ...]

    @property
    def clean(self) -> bool:
        sums_hold = all(one.credit == one.expected for one in self.sums)
        return sums_hold and not self.broken and not self.differences


def audit(connection: Connection) -> Audit:
    active = connection.scalar(select(func.count()).where(_MEMBER.c.status == "active")) or 0
    counted = _count(connection)
    stored = {Cell(*row[:5]): Sums(*row[5:]) for row in connection.execute(select(*list(_COUNT.c)[:7]))}
    credit = dict.fromkeys(MODELS, 0)
    for cell, sums in counted.items():
        credit[cell.model] = credit.get(cell.model, 0) + sums.credit
    broken = list(_broken(connection))
    return Audit(
        active,
        tuple(ModelSum(model, total, active * WHOLE_MEMBER) for model, total in credit.items()),
        tuple(broken[:FIRST_BROKEN]),
        len({one.member_id for one in broken}),
        len(stored),
        tuple(_differences(stored, counted)),
    )


def _count(connection: Connection) -> dict[Cell, Sums]:
    """What `live_count` should say."""
    counted: dict[Cell, Sums] = defaultdict(lambda: Sums(0, 0))
    for campaign_id, district, when, kind, *sums in connection.execute(_sums(connection)):
        for model, credit, members in zip(MODELS, sums[::2], sums[1::2], strict=True):
            if members:
                place = Cell(campaign_id, district, _as_month(when), kind, model)
                known = counted[place]
                counted[place] = Sums(known.credit + credit, known.members + members)
    return dict(counted)


def _sums(connection: Connection) -> Select[Any]:
    """Credit and members of each model, side by side; a member's lines on one campaign first become one."""
    line = _CURRENT.c
    one = (
        select(
            line.campaign_id,
            func.substr(line.place, 1, 5).label("district"),
            _month(connection, line.occurred_at).label("month"),
            line.kind,
            *(func.sum(line[model]).label(model) for model in MODELS),
        )
        .group_by(line.member_id, line.campaign_id, line.place, line.occurred_at, line.kind)
        .subquery()
        .c
    )
    cell = (one.campaign_id, one.district, one.month, one.kind)
    by_model = [
        sums
        for model in MODELS
        for sums in (
            cast(func.sum(one[model]), BigInteger),
            func.count(one[model]),
        )  # else PostgreSQL's decimal
    ]
    return select(*cell, *by_model).group_by(*cell)


def _month(connection: Connection, occurred_at: ColumnElement[int]) -> ColumnElement[str]:
    """Month in Jakarta; the instant itself before 1964, where SQLite, which knows no zones, cannot tell."""
    if connection.dialect.name == "postgresql":
        return func.to_char(func.timezone("Asia/Jakarta", occurred_at), "YYYY-MM")
    since = occurred_at >= _JAKARTA_PLUS_7_SINCE_US
    to_the_second = func.substr(occurred_at, 1, len("2017-09-01 02:00:00"))  # SQLite rounds what it reads
    in_jakarta = func.strftime("%Y-%m", to_the_second, "+7 hours")
    return case((since, in_jakarta), else_=type_coerce(occurred_at, String))


def _as_month(when: str) -> str:
    return when if len(when) == len("2017-09") else month_in_jakarta(parse(wire_text(when)))


def _broken(connection: Connection) -> Iterator[MemberSum]:
    """Every member and model whose lines do not sum to what the member's status says."""
    by_model = [func.coalesce(func.sum(_LINE.c[model]), 0) for model in MODELS]
    expected = case((_MEMBER.c.status == "active", WHOLE_MEMBER), else_=0)
    wrong = [total != expected for total in by_model]
    holds = (_LINE.c.version == _MEMBER.c.version) & (_LINE.c.member_id == _MEMBER.c.member_id)
    query = (
        select(_MEMBER.c.member_id, expected, *by_model)
        .join_from(_MEMBER, _LINE, holds, isouter=True)
        .group_by(_MEMBER.c.member_id)
        .having(or_(*wrong))
        .order_by(_MEMBER.c.member_id)
    )
    for member_id, whole, *credit in connection.execute(query):
        for model, total in zip(MODELS, credit, strict=True):
            if total != whole:
                yield MemberSum(member_id, model, total, whole)


def _differences(stored: Mapping[Cell, Sums], counted: Mapping[Cell, Sums]) -> Iterator[CellDifference]:
    for cell in sorted(stored.keys() | counted.keys()):
        if stored.get(cell) != counted.get(cell):
            yield CellDifference(cell, stored.get(cell), counted.get(cell))

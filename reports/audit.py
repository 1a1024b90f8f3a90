"""The two sums that always hold at rest (docs/spec.md, section 4), checked against the store.

Credit over `credit_current` is 1,000,000 times the active members under every model, and `live_count` equals
a GROUP BY over `credit_current`. Both need two reads of the current lines, with all models side by side:
1.5 s with 50,000 members.
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

from models.instants import JAKARTA_PLUS_7_SINCE_US, month_in_jakarta, parse
from models.statement import WHOLE_MEMBER
from models.tables.columns import table_of, wire_text
from models.tables.rows import CreditLineRow, LiveCountRow, MemberRow
from models.tables.views import CreditLineCurrentRow
from streams.attribution.credit import MODELS

MAX_BROKEN: Final = 20
"""Members with wrong credit that are listed; the others are only counted."""

_MEMBER, _COUNT = table_of(MemberRow), table_of(LiveCountRow)
_LINE, _CURRENT = table_of(CreditLineRow), table_of(CreditLineCurrentRow)


class CountKey(NamedTuple):
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


class CountDifference(NamedTuple):
    cell: CountKey
    stored: Sums | None
    """Of `live_count`; None where it has no row."""
    counted: Sums | None
    """Of the current lines; None where there are none."""


@dataclass(frozen=True, slots=True)
class Audit:
    """Field names, as in the tuples above, are those of `sambung audit --json`."""

    active_members: int
    sums: tuple[ModelSum, ...]
    broken: tuple[MemberSum, ...]
    """The first members with wrong credit."""
    broken_members: int
    cells: int
    """Rows of `live_count` that were compared."""
    differences: tuple[CountDifference, ...]

    @property
    def credited(self) -> bool:
        """Whether the first sum holds, which it does at every commit; the second may lag behind."""
        return all(one.credit == one.expected for one in self.sums) and not self.broken

    @property
    def clean(self) -> bool:
        return self.credited and not self.differences


def audit(connection: Connection) -> Audit:
    active = connection.scalar(select(func.count()).where(_MEMBER.c.status == "active")) or 0
    counted = _count(connection)
    stored = {CountKey(*row[:5]): Sums(*row[5:]) for row in connection.execute(select(*list(_COUNT.c)[:7]))}
    credit = dict.fromkeys(MODELS, 0)
    for key, sums in counted.items():
        credit[key.model] = credit.get(key.model, 0) + sums.credit
    broken = list(_broken(connection))
    return Audit(
        active,
        tuple(ModelSum(model, total, active * WHOLE_MEMBER) for model, total in credit.items()),
        tuple(broken[:MAX_BROKEN]),
        len({one.member_id for one in broken}),
        len(stored),
        tuple(_differences(stored, counted)),
    )


def _count(connection: Connection) -> dict[CountKey, Sums]:
    """Rows that `live_count` should have."""
    counted: dict[CountKey, Sums] = defaultdict(lambda: Sums(0, 0))
    for campaign_id, district, when, kind, *sums in connection.execute(_sums(connection)):
        for model, credit, members in zip(MODELS, sums[::2], sums[1::2], strict=True):
            if members:
                key = CountKey(campaign_id, district, _as_month(when), kind, model)
                sums_before = counted[key]
                counted[key] = Sums(sums_before.credit + credit, sums_before.members + members)
    return dict(counted)


def _sums(connection: Connection) -> Select[Any]:
    """Credit and members of each model, side by side; a member's lines on one campaign are summed first."""
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
    key = (one.campaign_id, one.district, one.month, one.kind)
    by_model = [
        sums
        for model in MODELS
        for sums in (
            cast(func.sum(one[model]), BigInteger),  # else PostgreSQL's decimal
            func.count(one[model]),
        )
    ]
    return select(*key, *by_model).group_by(*key)


def _month(connection: Connection, occurred_at: ColumnElement[int]) -> ColumnElement[str]:
    """Month in Jakarta; before 1964 the instant itself from SQLite, which has no time zones."""
    if connection.dialect.name == "postgresql":
        return func.to_char(func.timezone("Asia/Jakarta", occurred_at), "YYYY-MM")
    since = occurred_at >= JAKARTA_PLUS_7_SINCE_US
    to_the_second = func.substr(occurred_at, 1, len("2017-09-01 02:00:00"))  # SQLite rounds fractions
    in_jakarta = func.strftime("%Y-%m", to_the_second, "+7 hours")
    return case((since, in_jakarta), else_=type_coerce(occurred_at, String))


def _as_month(when: str) -> str:
    return when if len(when) == len("2017-09") else month_in_jakarta(parse(wire_text(when)))


def _broken(connection: Connection) -> Iterator[MemberSum]:
    """Every member and model whose lines do not sum to the expected credit of the member's status."""
    by_model = [func.coalesce(func.sum(_LINE.c[model]), 0) for model in MODELS]
    expected = case((_MEMBER.c.status == "active", WHOLE_MEMBER), else_=0)
    wrong = [total != expected for total in by_model]
    is_current = (_LINE.c.version == _MEMBER.c.version) & (_LINE.c.member_id == _MEMBER.c.member_id)
    query = (
        select(_MEMBER.c.member_id, expected, *by_model)
        .join_from(_MEMBER, _LINE, is_current, isouter=True)
        .group_by(_MEMBER.c.member_id)
        .having(or_(*wrong))
        .order_by(_MEMBER.c.member_id)
    )
    for member_id, expected_sum, *credit in connection.execute(query):
        for model, total in zip(MODELS, credit, strict=True):
            if total != expected_sum:
                yield MemberSum(member_id, model, total, expected_sum)


def _differences(
    stored: Mapping[CountKey, Sums], counted: Mapping[CountKey, Sums]
) -> Iterator[CountDifference]:
    for key in sorted(stored.keys() | counted.keys()):
        if stored.get(key) != counted.get(key):
            yield CountDifference(key, stored.get(key), counted.get(key))

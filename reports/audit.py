"""The two sums that always hold at rest (docs/spec.md, section 4), checked against the store.

Credit over `credit_current` is 1,000,000 times the active members under every model, and `live_count` equals
a GROUP BY over `credit_current`. Both need two reads of the current lines, with all models side by side:
1.5 s with 50,000 members.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from sqlalchemy import BigInteger, Connection, Select, cast, func, select

from models.statement import WHOLE_MEMBER
from models.tables.columns import table_of
from models.tables.rows import LiveCountRow
from models.tables.views import CreditLineCurrentRow
from reports.ledger import MemberSum, ModelSum, active_members, broken
from reports.months import as_month, month_sql
from streams.attribution.credit import MODELS

MAX_BROKEN: Final = 20
"""Members with wrong credit that are listed; the others are only counted."""

_COUNT, _CURRENT = table_of(LiveCountRow), table_of(CreditLineCurrentRow)


class CountKey(NamedTuple):
    campaign_id: str
    district: str
    month: str
    kind: str
    model: str


class Sums(NamedTuple):
    credit: int
    members: int


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
    active = active_members(connection)
    counted = _count(connection)
    stored = {CountKey(*row[:5]): Sums(*row[5:]) for row in connection.execute(select(*list(_COUNT.c)[:7]))}
    credit = dict.fromkeys(MODELS, 0)
    for key, sums in counted.items():
        credit[key.model] = credit.get(key.model, 0) + sums.credit
    wrong = list(broken(connection))
    return Audit(
        active,
        tuple(ModelSum(model, total, active * WHOLE_MEMBER) for model, total in credit.items()),
        tuple(wrong[:MAX_BROKEN]),
        len({one.member_id for one in wrong}),
        len(stored),
        tuple(_differences(stored, counted)),
    )


def _count(connection: Connection) -> dict[CountKey, Sums]:
    """Rows that `live_count` should have."""
    counted: dict[CountKey, Sums] = defaultdict(lambda: Sums(0, 0))
    for campaign_id, district, when, kind, *sums in connection.execute(_sums(connection)):
        for model, credit, members in zip(MODELS, sums[::2], sums[1::2], strict=True):
            if members:
                key = CountKey(campaign_id, district, as_month(when), kind, model)
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
            month_sql(connection, line.occurred_at).label("month"),
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


def _differences(
    stored: Mapping[CountKey, Sums], counted: Mapping[CountKey, Sums]
) -> Iterator[CountDifference]:
    for key in sorted(stored.keys() | counted.keys()):
        if stored.get(key) != counted.get(key):
            yield CountDifference(key, stored.get(key), counted.get(key))

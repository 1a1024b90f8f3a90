"""The sum that holds at every commit: each active member is credited exactly once under every model."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import BigInteger, Connection, and_, case, cast, func, or_, select

from models.statement import WHOLE_MEMBER
from models.tables.columns import table_of
from models.tables.rows import CreditLineRow
from reports.moments import NOW, Moment
from streams.attribution.credit import MODELS

_LINE = table_of(CreditLineRow)


class ModelSum(NamedTuple):
    model: str
    credit: int
    expected: int


class MemberSum(NamedTuple):
    member_id: str
    model: str
    credit: int
    expected: int


@dataclass(frozen=True, slots=True)
class Ledger:
    """Of all members, whatever a report is about."""

    active_members: int
    sums: tuple[ModelSum, ...]
    broken_members: int

    @property
    def adds_up(self) -> bool:
        return not self.broken_members and all(one.credit == one.expected for one in self.sums)


def ledger(connection: Connection, moment: Moment = NOW) -> Ledger:
    line, active = moment.lines(), active_members(connection, moment)
    sums = (cast(func.coalesce(func.sum(line.c[model]), 0), BigInteger) for model in MODELS)
    credit = connection.execute(select(*sums)).one()
    return Ledger(
        active,
        tuple(
            ModelSum(model, total, active * WHOLE_MEMBER) for model, total in zip(MODELS, credit, strict=True)
        ),
        len({one.member_id for one in broken(connection, moment)}),
    )


def active_members(connection: Connection, moment: Moment = NOW) -> int:
    member = moment.members()
    return connection.scalar(select(func.count()).where(member.c.status == "active")) or 0


def broken(connection: Connection, moment: Moment = NOW) -> Iterator[MemberSum]:
    """Every member and model whose lines do not sum to the expected credit of the member's status."""
    member = moment.members()
    by_model = [func.coalesce(func.sum(_LINE.c[model]), 0) for model in MODELS]
    expected = case((member.c.status == "active", WHOLE_MEMBER), else_=0)
    is_current = and_(_LINE.c.version == member.c.version, _LINE.c.member_id == member.c.member_id)
    query = (
        select(member.c.member_id, expected, *by_model)
        .join_from(member, _LINE, is_current, isouter=True)
        .group_by(member.c.member_id, member.c.status)
        .having(or_(*(total != expected for total in by_model)))
        .order_by(member.c.member_id)
    )
    for member_id, expected_sum, *credit in connection.execute(query):
        for model, total in zip(MODELS, credit, strict=True):
            if total != expected_sum:
                yield MemberSum(member_id, model, total, expected_sum)

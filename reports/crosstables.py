"""Cross-tables that may be handed to anybody: members by place and by month, credit by campaign.

Each has its sums in it, as rows with `(all)`, or with the regency's and the province's code for a place.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import product
from typing import Final, NamedTuple

from sqlalchemy import Connection, func, select

from models.statement import WHOLE_MEMBER
from reports.exports import Column, Kind
from reports.moments import Moment
from reports.places import places
from reports.rounding import shown
from streams.attribution.credit import MODELS

ALL: Final = "(all)"
"""In a column of a sum. No campaign is called so."""

Cell = tuple[str, str, str]
"""Place, month and kind of members; or campaign, kind and model of credit."""
Key = tuple[str, ...]
"""Name of a cross-table and what its columns before the number say in one row."""


class CrossTable(NamedTuple):
    columns: tuple[str, ...]
    number: str
    unit: int
    """What one of the number is, in the unit of the cells: 1 member, or a member's credit in millionths."""


CROSS_TABLES: Final[Mapping[str, CrossTable]] = {
    "members_by_place": CrossTable(("place", "kind"), "members", 1),
    "members_by_month": CrossTable(("district", "month", "kind"), "members", 1),
    "credit_by_campaign": CrossTable(("campaign_id", "kind", "model"), "credited_members", WHOLE_MEMBER),
}


class Counted(NamedTuple):
    """What cross-tables are made of: active members by place, month and kind, and their credit in millionths.

    Of each kind and model the credit is a million times the members.
    """

    members: Mapping[Cell, int]
    credit: Mapping[Cell, int]


def counted(connection: Connection, moment: Moment) -> Counted:
    members = {one[:3]: one.members for one in places(connection, moment)}
    line = moment.lines()
    key = (line.c.campaign_id, line.c.kind)
    query = select(*key, *(func.sum(line.c[model]) for model in MODELS)).group_by(*key)
    credit = {
        (campaign_id, kind, model): int(millionths)
        for campaign_id, kind, *sums in connection.execute(query)
        for model, millionths in zip(MODELS, sums, strict=True)
        if millionths
    }
    return Counted(members, credit)


def rows_of_members(cell: Cell) -> Iterator[Key]:
    """Every row of a cross-table in which members of a cell are counted."""
    place, month, kind = cell
    for area, of_kind in product((place, place[:5], place[:2]), (kind, ALL)):
        yield "members_by_place", area, of_kind
    for area, when, of_kind in product((place[:5], place[:2]), (month, ALL), (kind, ALL)):
        yield "members_by_month", area, when, of_kind


def rows_of_credit(cell: Cell) -> Iterator[Key]:
    """The same for credit."""
    campaign_id, kind, model = cell
    for campaign, of_kind in product((campaign_id, ALL), (kind, ALL)):
        yield "credit_by_campaign", campaign, of_kind, model


def exact(found: Counted) -> Mapping[Key, int]:
    """Every number of every cross-table, before it is rounded."""
    sums: Counter[Key] = Counter()
    for cell, members in found.members.items():
        for key in rows_of_members(cell):
            sums[key] += members
    for cell, millionths in found.credit.items():
        for key in rows_of_credit(cell):
            sums[key] += millionths
    return sums


def columns_of(name: str) -> tuple[Column, ...]:
    table = CROSS_TABLES[name]
    return (*(Column(one, Kind.TEXT) for one in table.columns), Column(table.number, Kind.ROUNDED))


def rows_of(name: str, numbers: Mapping[Key, int], step: int) -> list[tuple[int | str, ...]]:
    """Rows of a cross-table in the order of its columns; a row that is not there is zero."""
    unit = CROSS_TABLES[name].unit
    return sorted((*key[1:], shown(number, step, unit)) for key, number in numbers.items() if key[0] == name)

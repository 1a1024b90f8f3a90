"""Credit and members of each campaign by regency, month, kind and model: the rows of `live_count`."""

from collections.abc import Mapping
from itertools import groupby
from typing import NamedTuple

from sqlalchemy import BigInteger, Connection, cast, func, select

from models.tables.columns import table_of
from models.tables.rows import LiveCountRow

_COUNT = table_of(LiveCountRow)


class Count(NamedTuple):
    district: str
    """Regency code of the members' places."""
    month: str
    kind: str
    model: str
    credit: int
    """Millionths."""
    members: int
    """Members with any credit on the campaign under this model."""


def counts(connection: Connection) -> Mapping[str, tuple[Count, ...]]:
    """By campaign; each in the order of its fields."""
    columns = (_COUNT.c.campaign_id, *(_COUNT.c[name] for name in Count._fields))
    rows = connection.execute(select(*columns).order_by(*_COUNT.primary_key))
    return {
        campaign_id: tuple(Count(*row[1:]) for row in of_campaign)
        for campaign_id, of_campaign in groupby(rows, key=lambda row: row[0])
    }


def counted_members(connection: Connection) -> Mapping[tuple[int, str], int]:
    """Active members by year and kind, as the live counts have them: millionths, under any model the same."""
    year = func.substr(_COUNT.c.month, 1, 4).label("year")
    credit = cast(func.sum(_COUNT.c.credit), BigInteger)
    query = select(year, _COUNT.c.kind, credit).where(_COUNT.c.model == "linear")
    rows = connection.execute(query.group_by(year, _COUNT.c.kind))
    return {(int(of_year), kind): millionths for of_year, kind, millionths in rows}

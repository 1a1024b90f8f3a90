"""Refused records by reason; every role may count them, whatever was in them."""

from collections.abc import Mapping

from sqlalchemy import Connection, func, select

from models.tables.columns import table_of
from models.tables.rows import RejectedRow
from reports.moments import NOW, Moment

_REJECTED = table_of(RejectedRow)


def refused_by_reason(connection: Connection, moment: Moment = NOW) -> Mapping[str, int]:
    """Of all places and times: what was refused says neither in a way to rely on."""
    there = [] if moment.batch is None else [_REJECTED.c.batch <= moment.batch]
    query = select(_REJECTED.c.reason, func.count()).where(*there).group_by(_REJECTED.c.reason)
    return dict(sorted((reason, number) for reason, number in connection.execute(query)))

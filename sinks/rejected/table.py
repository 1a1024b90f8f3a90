"""The table `rejected`: one row per record and reason."""

from collections.abc import Collection, Mapping

from sqlalchemy import Connection, func, select

from models.intake.refusal import Rejected
from models.tables.bookkeeping import RejectedSeenRow
from models.tables.columns import table_of
from models.tables.rows import RejectedRow
from sinks.databases.reading import among
from sinks.databases.writing import insert_rows
from sinks.rejected.decide import columns

_REJECTED, _SEEN = table_of(RejectedRow), table_of(RejectedSeenRow)
_KNOWN = select(_SEEN.c.digest).where(among(_SEEN.c.digest))


def seen_digests(connection: Connection, digests: Collection[str]) -> set[str]:
    return set(connection.scalars(_KNOWN, {"keys": digests})) if digests else set()


def write_refused(connection: Connection, refused: Mapping[str, Rejected], batch: int) -> None:
    insert_rows(connection, _SEEN, [(digest,) for digest in refused])
    insert_rows(connection, _REJECTED, [(*columns(record), batch) for record in refused.values()])


def by_reason(connection: Connection) -> dict[str, int]:
    query = select(_REJECTED.c.reason, func.count()).group_by(_REJECTED.c.reason)
    return dict(connection.execute(query).all())

"""What a store has, in a few numbers: to name what a copy holds."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, func, inspect, select

from models.tables.bookkeeping import BatchRow, GenerationRow, StoreRevisionRow
from models.tables.catalog import TABLES
from models.tables.columns import table_of
from models.tables.gateway import ApiKeyRow

COUNTED: Final = ("member", "event", "rejected")
"""Tables whose rows are counted; a store of an older release may lack one."""

_BATCH, _GENERATION, _REVISION = table_of(BatchRow), table_of(GenerationRow), table_of(StoreRevisionRow)
_KEY: Final = table_of(ApiKeyRow)


@dataclass(frozen=True, slots=True)
class Contents:
    revision: str
    """Of the schema."""
    rows: dict[str, int]
    """By table."""
    generation: int
    """The newest one; 0 where no stream ever wrote."""
    is_settled: bool
    """Whether the newest generation is complete, and no rebuild under way."""
    batch: int | None
    """The last one; None in a store of before there were any."""
    committed_us: int | None
    """When it was written."""
    keys: tuple[str, ...] = ()
    """Names of the apps' keys that are valid, sorted."""


def contents(connection: Connection) -> Contents:
    there = set(inspect(connection).get_table_names())
    newest = connection.execute(
        select(_GENERATION.c.number, _GENERATION.c.settled_at).order_by(_GENERATION.c.number.desc()).limit(1)
    ).one_or_none()
    batch = None
    if _BATCH.name in there:
        last = select(_BATCH.c.batch, _BATCH.c.committed_at).order_by(_BATCH.c.batch.desc()).limit(1)
        batch = connection.execute(last).one_or_none()
    return Contents(
        str(connection.scalar(select(_REVISION.c.version_num))),
        {name: _rows(connection, name) for name in COUNTED if name in there},
        newest.number if newest else 0,
        newest is None or newest.settled_at is not None,
        batch.batch if batch else None,
        batch.committed_at if batch else None,
        _valid_keys(connection) if _KEY.name in there else (),
    )


def _valid_keys(connection: Connection) -> tuple[str, ...]:
    valid = select(_KEY.c.name).where(_KEY.c.revoked_at.is_(None)).order_by(_KEY.c.name)
    return tuple(connection.scalars(valid))


def _rows(connection: Connection, table: str) -> int:
    return connection.scalar(select(func.count()).select_from(TABLES[table])) or 0

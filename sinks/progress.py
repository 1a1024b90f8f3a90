"""Progress of the store: `generation` (its streams), `sink_position`, and `sink_version`.

`sink_version` has the highest version seen of a key where no other row has it.
"""

from collections.abc import Collection, Mapping
from dataclasses import astuple
from typing import Final

from sqlalchemy import Connection, bindparam, func, insert, select, update

from models.tables.bookkeeping import GenerationRow, SinkPositionRow, SinkVersionRow
from models.tables.columns import table_of
from sinks.base import Generation, Origin, Positions
from sinks.databases.reading import among
from sinks.databases.writing import put_rows

MEMBER: Final = "member"
CAMPAIGN: Final = "campaign"

_GENERATION, _POSITION, _SEEN = table_of(GenerationRow), table_of(SinkPositionRow), table_of(SinkVersionRow)
_NEWEST = select(func.max(_GENERATION.c.number))
_SEEN_VERSIONS = select(_SEEN.c.key, _SEEN.c.version).where(
    _SEEN.c.kind == bindparam("of_kind"), among(_SEEN.c.key)
)


def current_number(connection: Connection) -> int:
    """Number of the newest generation; 0 when none was opened."""
    return connection.scalar(_NEWEST) or 0


def newest_generation(connection: Connection) -> Generation | None:
    query = select(_GENERATION).order_by(_GENERATION.c.number.desc()).limit(1)
    row = connection.execute(query).one_or_none()
    if row is None:
        return None
    number, *origin, started_us, settled_us = row
    return Generation(number, Origin(*origin), started_us, settled_us)


def add_generation(connection: Connection, origin: Origin, started_us: int) -> int:
    number = current_number(connection) + 1
    settled_us = started_us if number == 1 else None
    row = (number, *astuple(origin), started_us, settled_us)
    columns = (column.name for column in _GENERATION.columns)
    connection.execute(insert(_GENERATION).values(dict(zip(columns, row, strict=True))))
    return number


def mark_settled(connection: Connection, generation: int, settled_us: int) -> None:
    connection.execute(
        update(_GENERATION)
        .where(_GENERATION.c.number == generation, _GENERATION.c.settled_at.is_(None))
        .values(settled_at=settled_us)
    )


def positions_of(connection: Connection, generation: int) -> dict[tuple[str, int], int]:
    query = select(_POSITION.c.topic, _POSITION.c.partition, _POSITION.c.next_offset)
    rows = connection.execute(query.where(_POSITION.c.generation == generation))
    return {(topic, partition): next_offset for topic, partition, next_offset in rows}


def store_positions(connection: Connection, generation: int, positions: Positions) -> None:
    """Forward only: an older batch that is applied again moves no position back."""
    rows = [(generation, *partition, next_offset) for partition, next_offset in positions.items()]
    put_rows(connection, _POSITION, rows, greater="next_offset")


def seen_versions(connection: Connection, kind: str, keys: Collection[str]) -> dict[str, int]:
    return dict(connection.execute(_SEEN_VERSIONS, {"of_kind": kind, "keys": keys}).all()) if keys else {}


def store_versions(connection: Connection, kind: str, versions: Mapping[str, int]) -> None:
    put_rows(connection, _SEEN, [(kind, key, version) for key, version in versions.items()])

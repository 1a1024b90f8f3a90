"""The newest accepted events, as they came into the store; without persons and members."""

from collections.abc import Iterator
from typing import Final, NamedTuple

import msgspec
from sqlalchemy import Connection, select

from models.tables.bookkeeping import BatchRow
from models.tables.columns import table_of
from models.tables.rows import EventRow

MOST: Final = 8
_EVENT, _BATCH = table_of(EventRow), table_of(BatchRow)
_NEWEST: Final = (
    select(_EVENT.c.type, _EVENT.c.body, _BATCH.c.committed_at)
    .join(_BATCH, _BATCH.c.batch == _EVENT.c.batch)
    .order_by(_EVENT.c.batch.desc(), _EVENT.c.type, _EVENT.c.event_id)
)


class Happened(msgspec.Struct, frozen=True):
    """What is told of an event: nothing that names a member, a person or a company."""

    status: str
    place: str
    occurred_at: str
    source: str
    revision: int = 0
    kind: str = ""
    """Of an enrollment."""
    channel: str = ""
    """Of an outreach event."""
    campaign_id: str = ""
    stage: str = ""
    """Of an inspection."""


class Newest(NamedTuple):
    type: str
    came_us: int
    """When it came into the store."""
    event: Happened


_decode = msgspec.json.Decoder(Happened).decode


def newest_events(connection: Connection, most: int = MOST) -> tuple[Newest, ...]:
    """The newest first; those of one batch by type and id."""
    return tuple(_newest(connection, most))


def _newest(connection: Connection, most: int) -> Iterator[Newest]:
    for event_type, body, came_us in connection.execute(_NEWEST.limit(most)):
        yield Newest(event_type, came_us, _decode(body))

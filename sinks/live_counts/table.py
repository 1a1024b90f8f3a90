"""Reads and writes of the table `live_count` for a batch of counts."""

from collections.abc import Collection

from sqlalchemy import Connection, select

from models.statement import first_version
from models.tables.bookkeeping import SinkVersionRow
from models.tables.columns import table_of
from models.tables.rows import LiveCountRow
from sinks.batches import remove_rows
from sinks.databases.reading import among
from sinks.databases.writing import put_rows
from sinks.live_counts.decide import CountChanges, KnownCount
from sinks.progress import CAMPAIGN, seen_versions, store_versions

_COUNT, _SEEN = table_of(LiveCountRow), table_of(SinkVersionRow)
_ROWS_OF = select(_COUNT).where(among(_COUNT.c.campaign_id))
_KEYS_OF = select(*_COUNT.primary_key).where(among(_COUNT.c.campaign_id))


def known_counts(connection: Connection, campaigns: Collection[str]) -> dict[str, KnownCount]:
    """Stored state of these campaigns; unknown ones are absent."""
    seen = seen_versions(connection, CAMPAIGN, campaigns)
    known = {campaign_id: KnownCount(version, {}) for campaign_id, version in seen.items()}
    rows = connection.execute(_ROWS_OF, {"keys": campaigns}).all() if campaigns else ()
    for campaign_id, *key, credit, members, _, _ in rows:
        known[campaign_id].rows[tuple(key)] = credit, members
    return known


def write_counts(connection: Connection, change: CountChanges, batch: int) -> None:
    put = [(campaign_id, *key, *sums, version, batch) for campaign_id, key, sums, version in change.put]
    put_rows(connection, _COUNT, put)
    remove_rows(connection, _COUNT, [(campaign_id, *key) for campaign_id, key in change.removed], batch)


def store_seen(connection: Connection, change: CountChanges) -> None:
    store_versions(connection, CAMPAIGN, change.seen)


def remove_unstated(connection: Connection, generation: int, version: int, batch: int) -> None:
    """Remove the rows of every campaign whose highest version seen is of an earlier generation."""
    query = select(_SEEN.c.key).where(_SEEN.c.kind == CAMPAIGN, _SEEN.c.version < first_version(generation))
    unstated = list(connection.scalars(query.order_by(_SEEN.c.key)))
    keys = connection.execute(_KEYS_OF, {"keys": unstated}).all()
    remove_rows(connection, _COUNT, [tuple(key) for key in keys], batch)
    store_versions(connection, CAMPAIGN, dict.fromkeys(unstated, version))

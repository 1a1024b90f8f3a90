"""`batch` and `removed`: in which order the store's rows changed, for whoever follows it."""

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, Table, insert, select

from models.tables.bookkeeping import BatchRow, RemovedRow
from models.tables.columns import table_of
from sinks.databases.writing import delete_rows, put_rows

_BATCH, _REMOVED = table_of(BatchRow), table_of(RemovedRow)
_LAST = select(_BATCH.c.batch, _BATCH.c.committed_at).order_by(_BATCH.c.batch.desc()).limit(1)


def next_batch(connection: Connection, generation: int, now_us: int, *, settle: bool) -> int:
    """Number of the transaction under way, which no other writer shares.

    Writers exclude each other from the beginning of a transaction to its end, so numbers grow in the order of
    commits: whoever sees one sees every row of all before it. A clock that goes back holds `committed_at`.
    """
    last, committed_us = connection.execute(_LAST).one()
    row = {
        "batch": last + 1,
        "committed_at": max(committed_us, now_us),
        "generation": generation,
        "settle": settle,
    }
    connection.execute(insert(_BATCH), row)
    return int(last) + 1


def remove_rows(connection: Connection, table: Table, keys: Sequence[tuple[Any, ...]], batch: int) -> None:
    """Delete rows by primary key, in the order of its columns, and keep their keys for followers."""
    delete_rows(connection, table, keys)
    put_rows(connection, _REMOVED, [(table.name, msgspec.json.encode(key).decode(), batch) for key in keys])

"""Refused records in pages, the newest first."""

from collections.abc import Iterator, Sequence
from typing import Any, Final, NamedTuple

import msgspec
from sqlalchemy import Connection, Row, Select, select

from api.reading.cursors import cursor_after
from api.reading.pages import Asked, Page
from models.intake.refusal import Reason
from models.places import Places
from models.tables.columns import table_of
from models.tables.rows import RejectedRow
from sinks.refused import Item, judged_again, record_of

MOST_BYTES: Final = 4 * 1024 * 1024
"""Of values on a page; a record has up to 8 MiB, and a page at least one record."""

_TABLE: Final = table_of(RejectedRow)
_ORDER: Final = (
    _TABLE.c.batch.desc(),
    *(_TABLE.c[name] for name in ("reason", "topic", "partition", "offset", "file", "line", "key", "value")),
)
"""No two rows are equal in all of these, and no row of a batch changes."""


class Listed(NamedTuple):
    item: Item
    event: tuple[str, str, int] | None
    """Type, id and revision."""


def refused_page(connection: Connection, asked: Asked, reason: Reason | None, places: Places) -> Page[Listed]:
    """Raises WrongCursor."""
    after = asked.after(int, int)
    rows, more = _taken(connection, _query(after, reason), asked.limit)
    items = judged_again(connection, [record_of(row) for row in rows], places)
    listed = [Listed(item, _event(row)) for item, row in zip(items, rows, strict=True)]
    return Page(listed, cursor_after(asked.question, _key(rows, after)) if more else None)


def members_named(items: Sequence[Listed]) -> set[str]:
    """Members whose ids stand where those of a member stand."""
    return {name for one in items for name in _member(one.item.record.value)}


def _query(after: tuple[int, int] | Any, reason: Reason | None) -> Select[Any]:
    """A cursor is a batch, and how many of its rows were shown."""
    query = select(_TABLE).order_by(*_ORDER)
    if reason is not None:
        query = query.where(_TABLE.c.reason == reason.value)
    if after is None:
        return query
    batch, shown = after
    return query.where(_TABLE.c.batch <= batch).offset(shown)


def _taken(connection: Connection, query: Select[Any], limit: int) -> tuple[list[Row[Any]], bool]:
    """Rows of a page, and whether there are more."""
    rows, size = list[Row[Any]](), 0
    streamed = query.limit(limit + 1).execution_options(stream_results=True, max_row_buffer=limit + 1)
    with connection.execute(streamed) as found:
        for row in found:
            size += len(row.value or "")
            if len(rows) == limit or (rows and size > MOST_BYTES):
                return rows, True
            rows.append(row)
    return rows, False


def _key(rows: Sequence[Row[Any]], after: tuple[int, ...] | None) -> tuple[int, int]:
    batch = rows[-1].batch
    shown = sum(row.batch == batch for row in rows)
    before = after[1] if after is not None and after[0] == batch else 0
    return batch, before + shown


def _event(row: Row[Any]) -> tuple[str, str, int] | None:
    return None if row.event_id is None else (row.event_type, row.event_id, row.revision)


class _Named(msgspec.Struct):
    member_id: str


_named = msgspec.json.Decoder(_Named).decode


def _member(value: str | None) -> Iterator[str]:
    try:
        yield _named(value or "").member_id
    except msgspec.DecodeError:
        return

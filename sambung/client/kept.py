"""Rows of an outbox's file: what is put in, and what becomes of it."""

import json
import sqlite3
from collections.abc import Collection
from typing import Final, NamedTuple

from sambung.client.answers import Result
from sambung.client.content import Content

_TURN: Final = (
    "SELECT id, event_id, body, tries FROM kept WHERE reason IS NULL AND (mark = 0 OR ?) "
    "ORDER BY tries, id LIMIT ?"
)
_SAME: Final = "type IS ? AND event_id IS ? AND revision = ? AND digest = ? AND mark = ?"


class Refused(NamedTuple):
    """An event that the gateway refused; it lies aside until it is corrected or dropped."""

    id: int
    """For `Outbox.drop`."""
    type: str | None
    event_id: str | None
    revision: int
    reason: str
    messages: tuple[str, ...]
    """What is wrong and what to write instead, in the gateway's words."""
    origin: str
    """Where the app said that it came from."""


class Waiting(NamedTuple):
    """An event to be sent."""

    id: int
    event_id: str | None
    body: bytes
    tries: int


class Limits(NamedTuple):
    """Of a batch."""

    events: int
    size: int
    """Bytes, but for a single event."""
    without: Collection[int] = ()
    """Ids of events to leave out."""
    national_ids: bool = True
    """Whether events with national ids may be in it."""


class Known(NamedTuple):
    """The highest revision of an event that this outbox has or had."""

    revision: int
    digest: bytes
    mark: int
    refused: bool


def put(db: sqlite3.Connection, content: Content, origin: str, *, again: bool) -> bool:
    """Keep an event to be sent; False if the gateway has exactly this, unless it is to be sent `again`."""
    kind, event_id, revision, digest, mark, body = content
    identity = (kind, event_id, revision, digest, mark)
    if not again and db.execute(f"SELECT 1 FROM accepted WHERE {_SAME}", identity).fetchone():  # noqa: S608
        return False
    kept = db.execute(f"SELECT id FROM kept WHERE {_SAME}", identity).fetchone()  # noqa: S608
    if kept:
        db.execute(
            "UPDATE kept SET reason = NULL, messages = NULL, tries = 0, origin = ? WHERE id = ?",
            (origin, kept[0]),
        )
        return True
    db.execute(
        "DELETE FROM kept WHERE reason IS NOT NULL AND event_id = ? AND type IS ? AND revision <= ?",
        (event_id, kind, revision),
    )
    db.execute(
        "INSERT INTO kept (type, event_id, revision, digest, mark, body, origin) "
        "VALUES (?, ?, ?, ?, ?, ?, ?)",
        (*identity, body, origin),
    )
    return True


def next_batch(db: sqlite3.Connection, limits: Limits) -> list[Waiting]:
    """What to send next, at least one event if any is to be sent."""
    batch: list[Waiting] = []
    size = 0
    for row in db.execute(_TURN, (limits.national_ids, limits.events + len(limits.without))):
        one = Waiting(*row)
        if one.id in limits.without:
            continue
        size += len(one.body) + 1
        if batch and (len(batch) == limits.events or size > limits.size):
            break
        batch.append(one)
    return batch


def settle(db: sqlite3.Connection, identity: int, result: Result) -> None:
    """Of what was accepted only the identity is kept; what was refused lies aside."""
    if not result.accepted:
        values = (result.reason, json.dumps(result.messages), identity)
        db.execute("UPDATE kept SET reason = ?, messages = ? WHERE id = ?", values)
        return
    db.execute(
        "INSERT OR IGNORE INTO accepted SELECT type, event_id, revision, digest, mark FROM kept "
        "WHERE id = ? AND type IS NOT NULL AND event_id IS NOT NULL",
        (identity,),
    )
    db.execute("DELETE FROM kept WHERE id = ?", (identity,))

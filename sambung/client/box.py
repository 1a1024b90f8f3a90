"""What an outbox keeps: events that wait, those that were refused, and what the gateway has."""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import RLock
from typing import Any, Self

from sambung.client.answers import Result
from sambung.client.box_file import OutboxError, forget_deleted, open_box, transaction
from sambung.client.content import content_of
from sambung.client.kept import Known, Limits, Refused, Waiting, next_batch, put, settle

Event = Mapping[str, Any] | bytes
"""As a dict, or as a line of JSON."""


class Box:
    """The events in one file. Every method returns when what it did is on the disk.

    Threads may share a box, processes its file.
    """

    def __init__(self, path: Path | str) -> None:
        """Open the file, or make it. Raises OutboxError."""
        self.path = Path(path)
        self._db = open_box(self.path)
        self._own = RLock()
        self.salt: bytes = self.note("salt", b"")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        with self._own:
            self._db.close()

    def put(self, event: Event, origin: str = "") -> bool:
        """Keep an event until the gateway has it; False if the gateway has exactly this already.

        A refused event that this one corrects (same id, not a lower revision) is let go; a refused one that
        is put in unchanged will be sent once more. `origin` is told with a refusal. Raises ValueError for
        what is no JSON.
        """
        return self.put_all([(event, origin)]) > 0

    def put_all(self, events: Iterable[tuple[Event, str]], *, again: bool = False) -> int:
        """The same for many at once, each with its origin; all are kept, or none. How many are to be sent.

        `again`: also what the gateway has already.
        """
        contents = [(content_of(event, self.salt), origin) for event, origin in events]
        with self._transaction() as db:
            return sum(put(db, content, origin, again=again) for content, origin in contents)

    @property
    def empty(self) -> bool:
        """Nothing waits and nothing lies aside: only now may a phone be reset."""
        return self._one("SELECT 1 FROM kept LIMIT 1") is None

    @property
    def waiting(self) -> int:
        """Number of events to be sent."""
        count: int = self._one("SELECT count(*) FROM kept WHERE reason IS NULL")[0]
        return count

    def refused(self) -> list[Refused]:
        """What lies aside, in the order in which it was put in."""
        with self._own:
            rows = self._db.execute(
                "SELECT id, type, event_id, revision, reason, messages, origin FROM kept "
                "WHERE reason IS NOT NULL ORDER BY id"
            ).fetchall()
        return [Refused(*row)._replace(messages=tuple(json.loads(row[5]))) for row in rows]

    def drop(self, identity: int) -> None:
        """Give up a refused event for good. Raises KeyError if none of this id lies aside."""
        with self._transaction() as db:
            gone = db.execute("DELETE FROM kept WHERE id = ? AND reason IS NOT NULL", (identity,))
        if not gone.rowcount:
            raise KeyError(identity)
        self._forget()

    def drop_all_refused(self) -> int:
        """Give up all that lies aside; how many these were."""
        with self._transaction() as db:
            gone = db.execute("DELETE FROM kept WHERE reason IS NOT NULL").rowcount
        self._forget()
        return gone

    def drop_refused_of(self, origins: Iterable[str]) -> None:
        """Give up the refused lines of files that are going to be put in again."""
        with self._transaction() as db:
            for origin in origins:
                db.execute(
                    "DELETE FROM kept WHERE reason IS NOT NULL AND substr(origin, 1, ?) = ?",
                    (len(origin), origin),
                )
        self._forget()

    def known(self, kind: str, event_id: str) -> Known | None:
        """The highest revision of an event that was put in here; if it was put in twice, the newest."""
        row = self._one(
            "SELECT revision, digest, mark, refused FROM ("
            "SELECT revision, digest, mark, reason IS NOT NULL AS refused, id FROM kept "
            "WHERE event_id = ?1 AND type = ?2 UNION ALL "
            "SELECT revision, digest, mark, 0, 0 FROM accepted WHERE event_id = ?1 AND type = ?2) "
            "ORDER BY revision DESC, id DESC LIMIT 1",
            (event_id, kind),
        )
        return Known(row[0], row[1], row[2], bool(row[3])) if row else None

    def belongs_to(self, url: str) -> None:
        """Bind the box to one gateway, as what another one has would be taken for sent.

        Raises OutboxError if it belongs to another one.
        """
        with self._transaction():
            bound = self.note("gateway", url)
            if bound != url:
                raise OutboxError(f"{self.path} is the outbox for {bound}, not for {url}. Name another file.")
            self.set_note("gateway", url)

    def move_to(self, url: str) -> None:
        """The gateway has a new address, with all that it was sent."""
        self.set_note("gateway", url.rstrip("/"))

    def note(self, name: str, default: Any) -> Any:
        row = self._one("SELECT value FROM note WHERE name = ?", (name,))
        return row[0] if row else default

    def set_note(self, name: str, value: str | int) -> None:
        with self._own:
            self._db.execute("INSERT OR REPLACE INTO note VALUES (?, ?)", (name, value))

    def next_batch(self, limits: Limits) -> list[Waiting]:
        with self._own:
            return next_batch(self._db, limits)

    def settle(self, results: Sequence[tuple[Waiting, Result]]) -> None:
        """Take in what became of each event that was sent."""
        with self._transaction() as db:
            for one, result in results:
                settle(db, one.id, result)
        self._forget()

    def put_behind(self, batch: Sequence[Waiting]) -> None:
        """Send these after all others, since they did not get through."""
        with self._transaction() as db:
            db.executemany("UPDATE kept SET tries = tries + 1 WHERE id = ?", [(one.id,) for one in batch])

    def _forget(self) -> None:
        with self._own:
            forget_deleted(self._db)

    def _one(self, statement: str, values: tuple[object, ...] = ()) -> Any:
        with self._own:
            return self._db.execute(statement, values).fetchone()

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        try:
            with self._own, transaction(self._db) as db:
                yield db
        except sqlite3.DatabaseError as error:
            raise OutboxError(
                f"{self.path} cannot be written: {error}. Nothing was changed in it."
            ) from error

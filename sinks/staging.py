"""A rebuild beside the store: nothing is shown until all of it is known, and then only what differs.

The records of a new generation are collected in a temporary SQLite file, the newest of each key, whatever the
number of records read. `settle` hands them to the sink in chunks and lets it remove what the generation no
longer states. A crash at any moment is harmless: the file is gone, the positions were never stored, and the
rebuild begins anew over rows that already are right or still are what they were.
"""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from typing import Final, Protocol, Self

import msgspec

from sinks.base import Applied, Batch, Positions, VersionClash
from sinks.events.decide import revision
from sinks.foreign import CREDIT, LIVE_COUNT, REJECTED, read_ours
from sinks.rejected.decide import digest, read_refused
from sinks.wire import Whole, decode_statement

_TABLES: Final = """
PRAGMA journal_mode = MEMORY;
PRAGMA synchronous = OFF;
PRAGMA cache_size = -32768;
CREATE TABLE statement (key TEXT PRIMARY KEY, version INTEGER, body BLOB, clash INTEGER CHECK (NOT clash));
CREATE TABLE live_count (key TEXT PRIMARY KEY, version INTEGER, body BLOB, clash INTEGER CHECK (NOT clash));
CREATE TABLE event (type TEXT, event_id TEXT, revision INTEGER, recorded_at TEXT, body BLOB,
    PRIMARY KEY (type, event_id));
CREATE TABLE refused (digest TEXT PRIMARY KEY, body BLOB);
"""
_KEEP_NEWEST: Final = """
INSERT INTO {table} AS kept VALUES (?, ?, ?, 0) ON CONFLICT DO UPDATE SET version = excluded.version,
    body = excluded.body, clash = excluded.version = kept.version AND excluded.body <> kept.body
    WHERE excluded.version >= kept.version
"""
_KEEP_GREATEST: Final = """
INSERT INTO event AS kept VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET revision = excluded.revision,
    recorded_at = excluded.recorded_at, body = excluded.body
    WHERE (excluded.revision, excluded.recorded_at, excluded.body)
        > (kept.revision, kept.recorded_at, kept.body)
"""
_RECORDS_A_CHUNK: Final = 5_000
_BYTES_A_CHUNK: Final = 16 * 1024 * 1024

Keyed = tuple[str, int, bytes]
"""Key, version, record."""


class Target(Protocol):
    """Of a sink, what writes."""

    def apply(self, batch: Batch, /) -> Applied: ...
    def settle(self, generation: int, positions: Positions, settled_us: int, /) -> None: ...


class _CountHead(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    campaign_id: str
    version: Whole
    rows: msgspec.Raw


_count_head = msgspec.json.Decoder(_CountHead).decode


def _keyed_statement(value: bytes) -> Keyed:
    """Read whole: one of somebody else's must not stand in the place of the member's own."""
    said = decode_statement(value)
    return said.member_id, said.version, value


def _keyed_count(value: bytes) -> Keyed:
    head = _count_head(value)
    return head.campaign_id, head.version, value


def _keyed_refused(value: bytes) -> tuple[str, bytes]:
    return digest(read_refused(value)), value


class Staging:
    """What a generation has said so far, the newest record of each key; on disk, a few MB in memory."""

    def __init__(self, generation: int) -> None:
        self._generation = generation
        # Without a name it is a temporary file that is gone with the connection, or with the process.
        self._kept = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        self._kept.executescript(_TABLES)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._kept.close()

    def apply(self, batch: Batch) -> Applied:
        """Take in a batch of this generation, in any order, with any repeat; tells how many records it held.

        Positions are not kept: what is staged is lost with the process. Raises VersionClash.
        """
        stated = read_ours(_keyed_statement, batch.statements, CREDIT)
        counted = read_ours(_keyed_count, batch.counts, LIVE_COUNT)
        revised = [revision(value) for value in batch.accepted]
        refused = read_ours(_keyed_refused, batch.rejected, REJECTED)
        with self._kept:
            self._kept.execute("BEGIN")
            self._keep("statement", "A member", stated)
            self._keep("live_count", "Campaign", counted)
            self._kept.executemany(_KEEP_GREATEST, [(*key, *one) for key, one in revised])
            self._kept.executemany("INSERT OR IGNORE INTO refused VALUES (?, ?)", refused)
        foreign = batch.public - len(stated) - len(counted) - len(refused)
        return Applied(len(stated), len(counted), len(revised), len(refused), foreign)

    def settle(
        self,
        sink: Target,
        positions: Positions,
        settled_us: int,
        watch: Callable[[Applied], None] = lambda _: None,
    ) -> None:
        """Write what differs, then remove what this generation does not state.

        `positions` say where to read on after all that was staged. After a failure it may be done again, with
        this staging or with a new one.
        """
        for batch in self._batches():
            watch(sink.apply(batch))
        sink.settle(self._generation, positions, settled_us)

    def _keep(self, table: str, subject: str, rows: Sequence[Keyed]) -> None:
        try:
            self._kept.executemany(_KEEP_NEWEST.format(table=table), rows)
        except sqlite3.IntegrityError as problem:
            raise self._clash(table, subject, rows) from problem

    def _clash(self, table: str, subject: str, rows: Sequence[Keyed]) -> VersionClash:
        for key, version, body in rows:
            query = f"SELECT 1 FROM {table} WHERE key = ? AND version = ? AND body <> ?"  # noqa: S608  a name of ours
            if self._kept.execute(query, (key, version, body)).fetchone():
                return VersionClash(subject if table == "statement" else f"{subject} {key}", version)
        raise AssertionError("a clash that no record of the batch is part of")

    def _batches(self) -> Iterator[Batch]:
        """Events first: what members and counts refer to is then there before they are."""
        for values in self._chunks("SELECT body FROM refused ORDER BY rowid"):
            yield Batch(self._generation, rejected=values)
        for values in self._chunks("SELECT body FROM event ORDER BY type, event_id"):
            yield Batch(self._generation, accepted=values)
        for values in self._chunks("SELECT body FROM statement ORDER BY version, key"):
            yield Batch(self._generation, statements=values)
        for values in self._chunks("SELECT body FROM live_count ORDER BY key"):
            yield Batch(self._generation, counts=values)

    def _chunks(self, query: str) -> Iterator[list[bytes]]:
        chunk: list[bytes] = []
        size = 0
        for (body,) in self._kept.execute(query):
            chunk.append(body)
            size += len(body)
            if len(chunk) >= _RECORDS_A_CHUNK or size >= _BYTES_A_CHUNK:
                yield chunk
                chunk, size = [], 0
        if chunk:
            yield chunk

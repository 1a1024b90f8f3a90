"""A rebuild beside the store: its rows stay unchanged until the end, then only the differences are written.

The newest record of each key of a new generation is collected in a temporary SQLite file. `settle` passes the
records to the sink in chunks and has it remove what the generation does not state. A crash at any moment is
harmless: the file is gone, no positions were stored, and the rebuild starts again over rows that are either
new or unchanged.
"""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from typing import Final, Protocol, Self

import msgspec

from models.statement import LiveCountOf, decode_statement
from sinks.base import Applied, Batch, Positions, VersionClash
from sinks.events.decide import revision
from sinks.foreign import CREDIT, LIVE_COUNT, REJECTED, decode_own
from sinks.rejected.decide import digest, read_refused

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
_PUT_NEWEST: Final = """
INSERT INTO {table} AS stored VALUES (?, ?, ?, 0) ON CONFLICT DO UPDATE SET version = excluded.version,
    body = excluded.body, clash = excluded.version = stored.version AND excluded.body <> stored.body
    WHERE excluded.version >= stored.version
"""
_PUT_GREATEST: Final = """
INSERT INTO event AS stored VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET revision = excluded.revision,
    recorded_at = excluded.recorded_at, body = excluded.body
    WHERE (excluded.revision, excluded.recorded_at, excluded.body)
        > (stored.revision, stored.recorded_at, stored.body)
"""
_RECORDS_PER_CHUNK: Final = 5_000
_BYTES_PER_CHUNK: Final = 16 * 1024 * 1024

KeyedRecord = tuple[str, int, bytes]
"""Key, version, record."""


class Target(Protocol):
    """The part of a sink that writes."""

    def apply(self, batch: Batch, /) -> Applied: ...
    def remove_national_ids(self) -> None: ...
    def settle(self, generation: int, positions: Positions, settled_us: int, /) -> None: ...


_count_head = msgspec.json.Decoder(LiveCountOf[msgspec.Raw]).decode


def _keyed_statement(value: bytes) -> KeyedRecord:
    """Fully decoded: another client's record must not replace the member's own."""
    statement = decode_statement(value)
    return statement.member_id, statement.version, value


def _keyed_count(value: bytes) -> KeyedRecord:
    head = _count_head(value)
    return head.campaign_id, head.version, value


def _keyed_refused(value: bytes) -> tuple[str, bytes]:
    return digest(read_refused(value)), value


class Staging:
    """The newest record of each key of a generation; on disk, with a few MB in memory."""

    def __init__(self, generation: int) -> None:
        self._generation = generation
        # Without a name it is a temporary file, deleted with the connection or the process.
        self._file = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        self._file.executescript(_TABLES)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._file.close()

    def apply(self, batch: Batch) -> Applied:
        """Collect a batch of this generation, in any order, with any repeats; returns its record counts.

        Positions are not stored, as the file is lost with the process. Raises VersionClash.
        """
        statements = decode_own(_keyed_statement, batch.statements, CREDIT)
        counts = decode_own(_keyed_count, batch.counts, LIVE_COUNT)
        revisions = [revision(value) for value in batch.accepted]
        refused = decode_own(_keyed_refused, batch.rejected, REJECTED)
        with self._file:
            self._file.execute("BEGIN")
            self._put("statement", "A member", statements)
            self._put("live_count", "Campaign", counts)
            self._file.executemany(_PUT_GREATEST, [(*key, *one) for key, one in revisions])
            self._file.executemany("INSERT OR IGNORE INTO refused VALUES (?, ?)", refused)
        foreign = batch.public_records - len(statements) - len(counts) - len(refused)
        return Applied(len(statements), len(counts), len(revisions), len(refused), foreign)

    def settle(
        self,
        sink: Target,
        positions: Positions,
        settled_us: int,
        watch: Callable[[Applied], None] = lambda _: None,
    ) -> None:
        """Write the differences, then remove what this generation does not state.

        `positions` are those after everything staged. After a failure it can be called again, on this staging
        or a new one.
        """
        for batch in self._refused():
            watch(sink.apply(batch))
        sink.remove_national_ids()
        for batch in self._stated():
            watch(sink.apply(batch))
        sink.settle(self._generation, positions, settled_us)

    def _put(self, table: str, subject: str, rows: Sequence[KeyedRecord]) -> None:
        try:
            self._file.executemany(_PUT_NEWEST.format(table=table), rows)
        except sqlite3.IntegrityError as problem:
            raise self._clash(table, subject, rows) from problem

    def _clash(self, table: str, subject: str, rows: Sequence[KeyedRecord]) -> VersionClash:
        for key, version, body in rows:
            query = f"SELECT 1 FROM {table} WHERE key = ? AND version = ? AND body <> ?"  # noqa: S608  own table name
            if self._file.execute(query, (key, version, body)).fetchone():
                return VersionClash(subject if table == "statement" else f"{subject} {key}", version)
        raise AssertionError("a clash without a record of the batch in it")

    def _refused(self) -> Iterator[Batch]:
        for values in self._chunks("SELECT body FROM refused ORDER BY rowid"):
            yield Batch(self._generation, rejected=values, settle=True)

    def _stated(self) -> Iterator[Batch]:
        """Events first: members and counts refer to them."""
        for values in self._chunks("SELECT body FROM event ORDER BY type, event_id"):
            yield Batch(self._generation, accepted=values, settle=True)
        for values in self._chunks("SELECT body FROM statement ORDER BY version, key"):
            yield Batch(self._generation, statements=values, settle=True)
        for values in self._chunks("SELECT body FROM live_count ORDER BY key"):
            yield Batch(self._generation, counts=values, settle=True)

    def _chunks(self, query: str) -> Iterator[list[bytes]]:
        chunk: list[bytes] = []
        size = 0
        for (body,) in self._file.execute(query):
            chunk.append(body)
            size += len(body)
            if len(chunk) >= _RECORDS_PER_CHUNK or size >= _BYTES_PER_CHUNK:
                yield chunk
                chunk, size = [], 0
        if chunk:
            yield chunk

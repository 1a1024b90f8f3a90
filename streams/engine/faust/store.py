"""The stages' tables on disk: a Faust store over RocksDB with versions, batches and explicit partitions.

`layout.py` has the encoding of a row. Beside the rows there are marks, whose keys have a prefix: one for each
group of several rows, written in the same batch, so that looking for an unknown group costs one read; and
one for each shadowed row.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, cast

from faust.stores import STORES, rocksdb
from rocksdict import Rdict, WriteBatch

from streams.engine.faust.ending import end_process
from streams.engine.layout import VERSION_BYTES, Stored, group_with_slots, row_key, split_key, version_of
from streams.engine.records import Poll

STORE_URL = "sambung-rocksdb://"
"""Faust's `store` setting for an application whose tables are ours; call `register` first."""
OPTIONS: Mapping[str, int] = {
    "block_cache_size": 4 << 20,
    "write_buffer_size": 4 << 20,
    "max_write_buffer_number": 2,
    "max_open_files": 64,
    "bloom_filter_size": 10,
}
"""Per table and partition; RocksDB's own defaults take gigabytes.

The filter's size is in bits per key: with Faust's 3, looking for a missing row, as most events do, takes
4.1 µs instead of 2.4.
"""

_DERIVED = b"\xff\xff"
"""Prefix of the marks' keys; no group is long enough to share it."""
_MARK = _DERIVED + b"group\x00"
_SHADOWED = _DERIVED + b"shadowed\x00"
"""Prefix of the key of a shadowed row: one with a later changelog record of a lower version."""


def register() -> None:
    """Make Faust know the store by its URL."""
    STORES.aliases["sambung-rocksdb"] = f"{__name__}:Store"


def merge_by_version(
    records: Iterable[tuple[bytes, bytes]], known: Callable[[bytes], bytes | None]
) -> tuple[dict[bytes, bytes], set[bytes]]:
    """Rows by key as changelog records make them, and the keys of the shadowed ones.

    The highest version of a row stays, at any offset: compaction and late writes go by offset, and only the
    version says which record is right.
    """
    highest: dict[bytes, bytes] = {}
    shadowed: set[bytes] = set()
    for key, value in records:
        best = highest.get(key) or known(key)
        if best is None or version_of(best) <= version_of(value):
            highest[key] = value
            shadowed.discard(key)
        else:
            highest[key] = best
            shadowed.add(key)
    return highest, shadowed


class PartitionRows:
    """Reads and writes of one partition's RocksDB (`streams.engine.rows.PartitionStore`)."""

    def __init__(self, db: Rdict, offset_key: bytes) -> None:
        self._db = db
        self._offset_key = offset_key

    def changelog_offset(self) -> int:
        """Offset of the last changelog record in the store; -1 when there is none."""
        offset = self._db.get(self._offset_key)
        return -1 if offset is None else int(offset)

    def read_one(self, group: bytes) -> bytes | None:
        value = self._db.get(row_key(group, b""))
        return None if value is None else value[VERSION_BYTES:]

    def read_group(self, group: bytes) -> Iterator[tuple[bytes, bytes]]:
        if self._db.get(_MARK + group) is None:
            return
        prefix = row_key(group, b"")
        for key, value in self._db.items(from_key=prefix):
            if not key.startswith(prefix):
                break
            yield key[len(prefix) :], value[VERSION_BYTES:]

    def read_all(self) -> Iterator[tuple[bytes, bytes, bytes]]:
        for key, value in self._db.items():
            if key != self._offset_key and not key.startswith(_DERIVED):
                group, slot = split_key(key)
                yield group, slot, value[VERSION_BYTES:]

    def write(self, rows: Iterable[Stored], changelog_offset: int) -> None:
        """Make rows durable in one batch, with the offset of the last changelog record that holds them."""
        batch = WriteBatch(raw_mode=True)
        _put(batch, ((key, value) for key, value, _ in rows))
        self._commit(batch, changelog_offset)

    def recover(self, records: Iterable[tuple[bytes, bytes]], changelog_offset: int) -> None:
        """Merge changelog records in, in their order; of each row the highest version stays.

        A shadowed row stays marked, also over a crash, until its record is appended again: compaction would
        leave only the record with the lower version.
        """
        highest, shadowed = merge_by_version(records, lambda key: cast("bytes | None", self._db.get(key)))
        batch = WriteBatch(raw_mode=True)
        _put(batch, highest.items())
        for key in {key for key, _ in self.shadowed()} & highest.keys() - shadowed:
            batch.delete(_SHADOWED + key)
        for key in shadowed:
            batch.put(_SHADOWED + key, b"")
        self._commit(batch, changelog_offset)

    def shadowed(self) -> list[tuple[bytes, bytes]]:
        """Shadowed rows, as changelog records."""
        keys: list[bytes] = []
        for mark in self._db.keys(from_key=_SHADOWED):
            if not mark.startswith(_SHADOWED):
                break
            keys.append(mark[len(_SHADOWED) :])
        return [(key, self._db[key]) for key in keys]

    def _commit(self, batch: WriteBatch, changelog_offset: int) -> None:
        batch.put(self._offset_key, str(changelog_offset).encode())
        self._db.write(batch)


def first_gap(known: int, polls: Iterable[Poll]) -> tuple[int, int] | None:
    """First and last offset of records that polls leave out after the last known one; -1 is none known.

    >>> first_gap(4, [Poll(3, [], 7), Poll(9, [], 12)])
    (7, 8)
    """
    for poll in polls:
        if 0 <= known < poll.start - 1:
            return known + 1, poll.start - 1
        known = max(known, poll.end - 1)
    return None


def _put(batch: WriteBatch, rows: Iterable[tuple[bytes, bytes]]) -> None:
    """Add rows, and one mark per group of several."""
    marked: set[bytes] = set()
    for key, value in rows:
        batch.put(key, value)
        group = group_with_slots(key)
        if group is not None and group not in marked:
            marked.add(group)
            batch.put(_MARK + group, b"")


class Store(rocksdb.Store):  # type: ignore[misc]  # Faust is untyped here
    """Faust's RocksDB store, with recovery that keeps the highest version of a row."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "options": dict(OPTIONS)})

    def rows(self, partition: int) -> PartitionRows:
        return PartitionRows(self._db_for_partition(partition), self.offset_key)

    def apply_changelog_batch(
        self,
        batch: Iterable[Any],
        to_key: Callable[[Any], Any],
        to_value: Callable[[Any], Any],
    ) -> None:
        """Recover rows from the changelog; each message holds a poll.

        Ends the process where one is missing: Faust drops a poll of a fetch that spans a rebalance, and would
        go on with the next one, with rows that stay old.
        """
        del to_key, to_value
        by_partition: dict[int, list[Any]] = {}
        for event in batch:
            by_partition.setdefault(event.message.partition, []).append(event.message.value)
        for partition, polls in by_partition.items():
            rows = self.rows(partition)
            if gap := first_gap(rows.changelog_offset(), polls):
                log = f"{self.table.changelog_topic_name}/{partition}"
                error = (
                    f"{log}: records from offset {gap[0]} to {gap[1]} were not read. Start the worker again."
                )
                end_process("recovery", LookupError(error))  # an exception Faust would log, and go on
            records = [(record.key, record.value) for poll in polls for record in poll.records]
            rows.recover(records, polls[-1].end - 1)

"""The local disk of a simulated process: what RocksDB keeps of one partition of one stage."""

from collections.abc import Iterable, Iterator

from streams.engine.faust.store import merge_by_version
from streams.engine.layout import VERSION_BYTES, Stored, row_key, split_key


class SimStore:
    """`streams.engine.faust.store.PartitionRows` in dicts; every write is one batch."""

    def __init__(self) -> None:
        self.values: dict[bytes, bytes] = {}
        self._slots: dict[bytes, dict[bytes, None]] = {}
        self._shadowed: set[bytes] = set()
        self._offset = -1

    def changelog_offset(self) -> int:
        return self._offset

    def read_one(self, group: bytes) -> bytes | None:
        value = self.values.get(row_key(group, b""))
        return None if value is None else value[VERSION_BYTES:]

    def read_group(self, group: bytes) -> Iterator[tuple[bytes, bytes]]:
        for slot in self._slots.get(group, ()):
            yield slot, self.values[row_key(group, slot)][VERSION_BYTES:]

    def read_all(self) -> Iterator[tuple[bytes, bytes, bytes]]:
        for group, slots in self._slots.items():
            for slot in slots:
                yield group, slot, self.values[row_key(group, slot)][VERSION_BYTES:]

    def write(self, rows: Iterable[Stored], changelog_offset: int) -> None:
        for key, value, _ in rows:
            self._put(key, value)
        self._offset = changelog_offset

    def recover(self, records: Iterable[tuple[bytes, bytes]], changelog_offset: int) -> None:
        highest, shadowed = merge_by_version(records, self.values.get)
        for key, value in highest.items():
            self._put(key, value)
        self._shadowed = (self._shadowed - highest.keys()) | shadowed
        self._offset = changelog_offset

    def shadowed(self) -> list[tuple[bytes, bytes]]:
        return [(key, self.values[key]) for key in sorted(self._shadowed)]

    def _put(self, key: bytes, value: bytes) -> None:
        group, slot = split_key(key)
        self._slots.setdefault(group, {})[slot] = None
        self.values[key] = value

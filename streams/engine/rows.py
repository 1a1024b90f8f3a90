"""Decoded rows of one partition in memory: read at most once, written at most once per checkpoint."""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Generic, NamedTuple, Protocol, TypeVar

from streams.engine.layout import Stored, stored
from streams.step import Row

R = TypeVar("R", bound=Row)

CACHED_GROUPS = 48_000
"""Groups that a worker keeps decoded after its checkpoints. Five times as many made a season no faster
and cost a worker 120 MB."""

LARGE_ROW_BYTES = 16 << 10
"""Encoded size of a large row. Smaller rows are limited by their number only."""
CACHED_LARGE_BYTES = 16 << 20
"""Size of a partition's large rows that stay decoded: there may be thousands of events of a megabyte."""


class Codec(NamedTuple, Generic[R]):
    """Encoding of a stage's rows."""

    encode: Callable[[R], bytes]
    decode: Callable[[bytes], R]
    single: Callable[[bytes], bool]
    """True if a group has a single row, under the empty slot: one read instead of a scan."""


class PartitionStore(Protocol):
    """Durable rows of one partition, below the cache."""

    def read_one(self, group: bytes) -> bytes | None: ...
    def read_group(self, group: bytes) -> Iterable[tuple[bytes, bytes]]: ...
    def read_all(self) -> Iterable[tuple[bytes, bytes, bytes]]: ...


class CachedRows(Generic[R]):
    """`streams.step.Rows` over a store: groups are decoded on first use and cached while there is room.

    The cache has two generations. A group that is used moves to the recent one; when room is short, the older
    one is evicted and the recent one becomes the older. So groups in frequent use stay.
    """

    def __init__(self, store: PartitionStore, codec: Codec[R]) -> None:
        self._store = store
        self._codec = codec
        self._recent: dict[bytes, dict[bytes, R]] = {}
        """Contains every group with a dirty row."""
        self._older: dict[bytes, dict[bytes, R]] = {}
        self._large: dict[bytes, int] = {}
        """Groups with a large row and its size, least recently read or written first."""
        self._dirty: dict[tuple[bytes, bytes], None] = {}
        self._write_last: dict[tuple[bytes, bytes], None] = {}

    @property
    def dirty(self) -> int:
        """Number of rows that the next checkpoint has to write."""
        return len(self._dirty) + len(self._write_last)

    @property
    def cached(self) -> int:
        """Number of decoded rows."""
        return sum(map(len, (*self._recent.values(), *self._older.values())))

    @property
    def large_bytes(self) -> int:
        """Size of the decoded large rows."""
        return sum(self._large.values())

    @property
    def groups(self) -> int:
        """Number of decoded groups."""
        return len(self._recent) + len(self._older)

    def group(self, key: bytes) -> dict[bytes, R]:
        group = self._recent.get(key)
        if group is None:
            group = self._older.pop(key, None)
            self._recent[key] = group = self._load(key) if group is None else group
        return group

    def _load(self, key: bytes) -> dict[bytes, R]:
        decode = self._codec.decode
        if self._codec.single(key):
            payload = self._store.read_one(key)
            if payload is None:
                return {}
            if len(payload) > LARGE_ROW_BYTES:
                self._note_large(key, len(payload))
            return {b"": decode(payload)}
        return {slot: decode(payload) for slot, payload in self._store.read_group(key)}

    def write(self, key: bytes, slot: bytes, *, write_last: bool = False) -> None:
        (self._write_last if write_last else self._dirty)[key, slot] = None

    def scan(self) -> Iterator[tuple[bytes, bytes, R]]:
        decode = self._codec.decode
        for group, slot, payload in self._store.read_all():
            yield group, slot, decode(payload)

    def take_dirty(self) -> tuple[list[Stored], list[Stored]]:
        """The dirty rows, encoded: those to write first, then those to write last."""
        encoded = self._encoded(self._dirty), self._encoded(self._write_last)
        self._dirty.clear()
        self._write_last.clear()
        return encoded

    def _encoded(self, keys: Iterable[tuple[bytes, bytes]]) -> list[Stored]:
        encode, groups = self._codec.encode, self._recent
        rows = []
        for group, slot in keys:
            row = groups[group][slot]
            payload = encode(row)
            if len(payload) > LARGE_ROW_BYTES:
                self._note_large(group, len(payload))
            rows.append(stored(group, slot, row.version, payload))
        return rows

    def _note_large(self, group: bytes, size: int) -> None:
        self._large.pop(group, None)  # so that it becomes the last one
        self._large[group] = size

    def trim(self, room: int, large_bytes: int = CACHED_LARGE_BYTES) -> None:
        """Evict groups down to these limits. Only right after a checkpoint, when no row is dirty."""
        if self._large:
            self._trim_large(large_bytes)
        if self.groups > room:
            self._older, self._recent = self._recent, {}
            for key in list(islice(self._older, max(0, len(self._older) - room))):
                del self._older[key]

    def _trim_large(self, room_bytes: int) -> None:
        caches = self._recent, self._older
        cached = {group: size for group, size in self._large.items() if any(group in one for one in caches)}
        excess = sum(cached.values()) - room_bytes
        for group in list(cached):
            if excess <= 0:
                break
            excess -= cached.pop(group)
            for one in caches:
                one.pop(group, None)
        self._large = cached

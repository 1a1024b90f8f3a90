"""Decoded rows of one partition in memory: read at most once, written at most once a checkpoint."""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Generic, NamedTuple, Protocol, TypeVar

from streams.engine.layout import Stored, stored
from streams.step import Row

R = TypeVar("R", bound=Row)

CACHED_GROUPS = 48_000
"""Groups that a worker keeps decoded after its checkpoints. With five times as many a season took as long,
and a worker 120 MB more."""


LARGE_ROW_BYTES = 16 << 10
"""Encoded. Of smaller rows only the number is looked at."""
CACHED_LARGE_BYTES = 16 << 20
"""How much of a partition's larger rows stays decoded: events of a megabyte may come in thousands."""


class Codec(NamedTuple, Generic[R]):
    """How a stage's rows are packed."""

    encode: Callable[[R], bytes]
    decode: Callable[[bytes], R]
    single: Callable[[bytes], bool]
    """Whether a group has one row only, under the empty slot: one read instead of a scan."""


class PartitionStore(Protocol):
    """What lies under the cache: the durable rows of one partition."""

    def read_one(self, group: bytes) -> bytes | None: ...
    def read_group(self, group: bytes) -> Iterable[tuple[bytes, bytes]]: ...
    def read_all(self) -> Iterable[tuple[bytes, bytes, bytes]]: ...


class CachedRows(Generic[R]):
    """`streams.step.Rows` over a store: groups are decoded on first use and kept while there is room.

    There are two generations. What is used comes into the recent one; when room is short the older one is
    forgotten, and the recent one is the older from then on. So what is used again and again stays.
    """

    def __init__(self, store: PartitionStore, codec: Codec[R]) -> None:
        self._store = store
        self._codec = codec
        self._recent: dict[bytes, dict[bytes, R]] = {}
        """Everything that waits to be written is here."""
        self._older: dict[bytes, dict[bytes, R]] = {}
        self._large: dict[bytes, int] = {}
        """Groups with a large row, and its size, the one read or written longest ago first."""
        self._dirty: dict[tuple[bytes, bytes], None] = {}
        self._write_last: dict[tuple[bytes, bytes], None] = {}

    @property
    def dirty(self) -> int:
        """Rows that the next checkpoint has to write."""
        return len(self._dirty) + len(self._write_last)

    @property
    def cached(self) -> int:
        """Rows held decoded."""
        return sum(map(len, (*self._recent.values(), *self._older.values())))

    @property
    def large_bytes(self) -> int:
        """Size of the large rows held decoded."""
        return sum(self._large.values())

    @property
    def groups(self) -> int:
        """Groups held decoded."""
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
        """The rows to write, encoded once each: those that were caused, then their causes."""
        taken = self._encoded(self._dirty), self._encoded(self._write_last)
        self._dirty.clear()
        self._write_last.clear()
        return taken

    def _encoded(self, keys: Iterable[tuple[bytes, bytes]]) -> list[Stored]:
        encode, groups = self._codec.encode, self._recent
        found = []
        for group, slot in keys:
            row = groups[group][slot]
            payload = encode(row)
            if len(payload) > LARGE_ROW_BYTES:
                self._note_large(group, len(payload))
            found.append(stored(group, slot, row.version, payload))
        return found

    def _note_large(self, group: bytes, size: int) -> None:
        self._large.pop(group, None)  # so that it comes last, as the newest
        self._large[group] = size

    def trim(self, room: int, large_bytes: int = CACHED_LARGE_BYTES) -> None:
        """Keep so many groups, and so much of large rows, at most.

        Only right after a checkpoint, when all of them are durable.
        """
        if self._large:
            self._trim_large(large_bytes)
        if self.groups > room:
            self._older, self._recent = self._recent, {}
            for key in list(islice(self._older, max(0, len(self._older) - room))):
                del self._older[key]

    def _trim_large(self, room_bytes: int) -> None:
        caches = self._recent, self._older
        held = {group: size for group, size in self._large.items() if any(group in one for one in caches)}
        excess = sum(held.values()) - room_bytes
        for group in list(held):
            if excess <= 0:
                break
            excess -= held.pop(group)
            for one in caches:
                one.pop(group, None)
        self._large = held

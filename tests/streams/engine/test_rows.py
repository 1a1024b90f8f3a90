"""Rows in memory: read once, written once, evicted only when they are durable."""

from collections.abc import Iterable
from typing import Any

from streams.engine.layout import split_key, stored
from streams.engine.rows import LARGE_ROW_BYTES, CachedRows, Codec
from tests.streams.engine.counting import CODEC, Count

SLOTTED = Codec(CODEC.encode, CODEC.decode, lambda _group: False)


class DictStore:
    """Durable rows in a dict, which records the groups read."""

    def __init__(self, *rows: tuple[bytes, bytes, Count]) -> None:
        self.payloads = {(group, slot): CODEC.encode(row) for group, slot, row in rows}
        self.reads: list[bytes] = []

    def read_one(self, group: bytes) -> bytes | None:
        self.reads.append(group)
        return self.payloads.get((group, b""))

    def read_group(self, group: bytes) -> Iterable[tuple[bytes, bytes]]:
        self.reads.append(group)
        return [(slot, payload) for (found, slot), payload in self.payloads.items() if found == group]

    def read_all(self) -> Iterable[tuple[bytes, bytes, bytes]]:
        return [(group, slot, payload) for (group, slot), payload in self.payloads.items()]


def test_a_group_is_read_once_and_then_lives_in_memory() -> None:
    store = DictStore((b"a", b"", Count(3, 1)))
    rows = CachedRows(store, CODEC)
    assert rows.group(b"a") == {b"": Count(3, 1)}
    assert rows.group(b"a") is rows.group(b"a")
    assert store.reads == [b"a"]


def test_that_a_group_is_unknown_is_read_once_too() -> None:
    store = DictStore()
    rows = CachedRows(store, CODEC)
    assert rows.group(b"a") == rows.group(b"a") == {}
    assert store.reads == [b"a"]


def test_a_group_of_several_rows_comes_with_all_its_slots_and_no_other_group_s() -> None:
    store = DictStore((b"a", b"1", Count(1, 1)), (b"a", b"2", Count(2, 2)), (b"b", b"1", Count(3, 3)))
    assert CachedRows(store, SLOTTED).group(b"a") == {b"1": Count(1, 1), b"2": Count(2, 2)}


def test_a_row_that_changed_often_is_written_once_as_it_is_last() -> None:
    rows = CachedRows(DictStore(), CODEC)
    for offset in range(5):
        rows.group(b"a")[b""] = Count(offset, offset + 1)
        rows.write(b"a", b"")
    assert rows.dirty == 1
    assert rows.take_dirty() == ([stored(b"a", b"", 4, CODEC.encode(Count(4, 5)))], [])
    assert rows.dirty == 0
    assert rows.take_dirty() == ([], [])


def test_rows_to_write_last_are_separate() -> None:
    rows = CachedRows(DictStore(), SLOTTED)
    rows.group(b"a").update({b"last": Count(7, 0), b"first": Count(7, 1)})
    rows.write(b"a", b"last", write_last=True)
    rows.write(b"a", b"first")
    assert rows.dirty == 2
    first, last = rows.take_dirty()
    assert [split_key(key) for key, *_ in first] == [(b"a", b"first")]
    assert [split_key(key) for key, *_ in last] == [(b"a", b"last")]


def test_a_scan_sees_durable_rows_only() -> None:
    rows = CachedRows(DictStore((b"a", b"", Count(3, 1))), CODEC)
    rows.group(b"b")[b""] = Count(9, 9)
    rows.write(b"b", b"")
    assert list(rows.scan()) == [(b"a", b"", Count(3, 1))]


def reading(rows: CachedRows[Count], *numbers: int) -> None:
    for number in numbers:
        rows.group(b"%d" % number)


def test_groups_not_used_lately_are_evicted_and_read_again() -> None:
    store = DictStore((b"0", b"", Count(1, 1)), (b"7", b"", Count(2, 7)))
    rows = CachedRows(store, CODEC)
    reading(rows, *range(10))
    rows.trim(room=10)
    reading(rows, 7, 10)
    rows.trim(room=10)
    store.reads.clear()
    reading(rows, 1, 7, 10)
    assert store.reads == []
    rows.trim(room=10)
    reading(rows, 1, 7, 11)
    assert store.reads == [b"11"]
    assert rows.group(b"0") == {b"": Count(1, 1)}
    assert rows.group(b"7") == {b"": Count(2, 7)}
    assert store.reads == [b"11", b"0"]
    rows.trim(room=10)
    assert rows.groups == 5  # 1, 7, 10, 11 and 0


def test_when_more_was_used_than_there_is_room_the_first_groups_are_evicted() -> None:
    store = DictStore()
    rows = CachedRows(store, CODEC)
    reading(rows, *range(13))
    rows.trim(room=10)
    assert rows.groups == 10
    store.reads.clear()
    reading(rows, *range(3, 13), 2)
    assert store.reads == [b"2"]


def test_nothing_is_evicted_while_there_is_room() -> None:
    store = DictStore()
    rows = CachedRows(store, CODEC)
    reading(rows, *range(10))
    rows.trim(room=10)
    store.reads.clear()
    reading(rows, *range(10))
    assert store.reads == []


def test_what_waits_to_be_written_is_found_after_room_was_made() -> None:
    rows = CachedRows(DictStore(), CODEC)
    reading(rows, 1, 2, 3)
    rows.trim(room=2)
    rows.group(b"3")[b""] = Count(5, 5)
    rows.write(b"3", b"")
    assert rows.take_dirty() == ([stored(b"3", b"", 5, CODEC.encode(Count(5, 5)))], [])


def rows_of(size: int, *groups: bytes) -> CachedRows[bytes]:
    """Rows whose payload has that many bytes, just written."""
    rows: CachedRows[Any] = CachedRows(
        DictStore(), Codec(lambda _row: bytes(size), bytes, lambda _group: True)
    )
    for group in groups:
        rows.group(group)[b""] = Count(1, 1)
        rows.write(group, b"")
    rows.take_dirty()
    return rows


def test_of_large_rows_only_so_many_bytes_stay() -> None:
    rows = rows_of(2 * LARGE_ROW_BYTES, b"a", b"b", b"c")
    rows.trim(100, 5 * LARGE_ROW_BYTES)
    assert rows.groups == 2
    rows.trim(100, 5 * LARGE_ROW_BYTES)
    assert rows.groups == 2
    rows.trim(100, 0)
    assert rows.groups == 0


def test_of_small_rows_only_the_number_counts() -> None:
    rows = rows_of(LARGE_ROW_BYTES, b"a", b"b", b"c")
    rows.trim(100, 0)
    assert rows.groups == 3


def test_a_large_row_that_was_read_counts_as_well() -> None:
    store = DictStore((b"a", b"", Count(1, 1)))
    store.payloads[b"a", b""] = bytes(2 * LARGE_ROW_BYTES)
    rows: CachedRows[Any] = CachedRows(store, Codec(bytes, lambda _payload: Count(1, 1), lambda _group: True))
    rows.group(b"a")
    rows.trim(100, LARGE_ROW_BYTES)
    assert rows.groups == 0
    assert rows.group(b"a") == {b"": Count(1, 1)}

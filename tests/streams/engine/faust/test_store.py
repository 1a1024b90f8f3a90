"""A stage's table in RocksDB: batches, groups, and recovery by version, not by offset."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from faust.types import TP
from hypothesis import given
from hypothesis import strategies as st
from rocksdict import Options, Rdict

from streams.engine.faust.store import PartitionRows, Store, first_gap, merge_by_version
from streams.engine.layout import row_key, row_value, stored, version_of
from streams.engine.records import Poll
from tests.streams.engine.counting import CHANGELOG, worker_on

OFFSET_KEY = Store.offset_key


@pytest.fixture
def rows(tmp_path: Path) -> PartitionRows:
    return opened(tmp_path)


def opened(folder: Path) -> PartitionRows:
    return PartitionRows(Rdict(str(folder / "db"), Options(raw_mode=True)), OFFSET_KEY)


def record(group: bytes, slot: bytes, version: int, payload: bytes = b"") -> tuple[bytes, bytes]:
    return row_key(group, slot), row_value(version, payload)


def group_of(rows: PartitionRows, group: bytes) -> dict[bytes, bytes]:
    return dict(rows.read_group(group))


def test_an_empty_store_knows_nothing(rows: PartitionRows) -> None:
    assert rows.changelog_offset() == -1
    assert rows.read_one(b"a") is None
    assert group_of(rows, b"a") == {}
    assert list(rows.read_all()) == []
    assert rows.shadowed() == []


def test_what_is_written_is_read_back_with_the_offset_it_was_written_at(rows: PartitionRows) -> None:
    rows.write([stored(b"a", b"", 3, b"one"), stored(b"b", b"", 4, b"")], 17)
    assert rows.read_one(b"a") == b"one"
    assert rows.read_one(b"b") == b""
    assert rows.changelog_offset() == 17


def test_all_rows_of_a_group_are_read_and_none_of_its_neighbours(rows: PartitionRows) -> None:
    neighbours = [b"", b"\x00", b"a", b"a\x00", b"ab", b"aa", b"b", b"\xff" * 300]
    rows.write([stored(group, slot, 1, group + slot) for group in neighbours for slot in (b"s", b"t" * 9)], 0)
    for group in neighbours:
        assert group_of(rows, group) == {b"s": group + b"s", b"t" * 9: group + b"t" * 9}


def test_a_scan_gives_every_row_and_no_marks(rows: PartitionRows) -> None:
    rows.write([stored(b"a", b"", 1, b"x"), stored(b"b", b"s", 2, b"y")], 1)
    rows.recover([record(b"b", b"s", 1, b"old")], 2)
    assert sorted(rows.read_all()) == [(b"a", b"", b"x"), (b"b", b"s", b"y")]


def test_a_row_is_the_same_in_the_changelog_and_comes_back_from_there(rows: PartitionRows) -> None:
    key, value, _ = stored(b"group", b"slot", 1 << 39, b"payload")
    assert version_of(value) == 1 << 39
    rows.recover([(key, value)], 5)
    assert list(rows.read_all()) == [(b"group", b"slot", b"payload")]
    assert group_of(rows, b"group") == {b"slot": b"payload"}
    assert rows.changelog_offset() == 5


def test_recovery_keeps_the_highest_version_of_one_batch(rows: PartitionRows) -> None:
    rows.recover([record(b"a", b"", version, b"%d" % version) for version in (3, 7, 5)], 2)
    assert rows.read_one(b"a") == b"7"


def test_recovery_keeps_a_stored_row_of_a_higher_version_and_marks_it(
    rows: PartitionRows,
) -> None:
    rows.write([stored(b"a", b"s", 9, b"ours"), stored(b"b", b"s", 1, b"ours")], 10)
    rows.recover([record(b"a", b"s", 8, b"late"), record(b"b", b"s", 2, b"newer")], 12)
    assert group_of(rows, b"a") == {b"s": b"ours"}
    assert group_of(rows, b"b") == {b"s": b"newer"}
    assert rows.shadowed() == [record(b"a", b"s", 9, b"ours")]


def test_a_row_that_was_appended_again_is_not_shadowed(rows: PartitionRows) -> None:
    rows.recover([record(b"a", b"", 9), record(b"a", b"", 8)], 1)
    rows.recover([record(b"a", b"", 9)], 2)
    assert rows.shadowed() == []


def test_of_two_records_of_one_version_the_later_stays(rows: PartitionRows) -> None:
    rows.recover([record(b"a", b"", 9, b"first"), record(b"a", b"", 9, b"second")], 1)
    assert rows.read_one(b"a") == b"second"
    assert rows.shadowed() == []


def test_a_row_stays_shadowed_until_it_is_appended_again_also_after_a_crash(
    tmp_path: Path,
) -> None:
    rows = opened(tmp_path)
    rows.recover([record(b"a", b"s", 9, b"high"), record(b"a", b"s", 8, b"low")], 1)
    del rows
    rows = opened(tmp_path)
    assert rows.shadowed() == [record(b"a", b"s", 9, b"high")]
    rows.recover(rows.shadowed(), 2)
    assert rows.shadowed() == []
    assert rows.changelog_offset() == 2
    assert group_of(rows, b"a") == {b"s": b"high"}


@given(st.lists(st.tuples(st.sampled_from(b"ab"), st.integers(0, 5)), max_size=12), st.integers(0, 12))
def test_a_log_merged_in_two_parts_gives_the_same_as_at_once(log: list[tuple[int, int]], cut: int) -> None:
    records = [record(bytes([group]), b"", version) for group, version in log]
    merged, shadowed = merge_by_version(records, lambda _key: None)
    first, shadowed_first = merge_by_version(records[:cut], lambda _key: None)
    second, shadowed_second = merge_by_version(records[cut:], first.get)
    assert first | second == merged
    assert shadowed_second | (shadowed_first - second.keys()) == shadowed


def with_store(data_dir: Path, scenario: Callable[[Store], None]) -> None:
    async def run() -> None:
        app, _ = worker_on("127.0.0.1:1", data_dir)
        scenario(app.tables["count"].data)

    asyncio.run(run())


@pytest.mark.parametrize(
    ("known", "polls", "gap"),
    [
        (-1, [(3, 5), (5, 9)], None),
        (4, [(2, 5), (5, 9)], None),
        (4, [(6, 9)], (5, 5)),
        (4, [(5, 7), (8, 9)], (7, 7)),
        (-1, [(0, 2), (9, 12)], (2, 8)),
    ],
)
def test_records_that_a_recovery_left_out_are_found(
    known: int, polls: list[tuple[int, int]], gap: tuple[int, int] | None
) -> None:
    assert first_gap(known, [Poll(start, [], end) for start, end in polls]) == gap


def test_faust_finds_our_offset_where_it_keeps_its_own(tmp_path: Path) -> None:
    def scenario(store: Store) -> None:
        store.rows(2).write([stored(b"a", b"", 3, b"one")], 17)
        assert store.persisted_offset(TP(CHANGELOG, 2)) == 17
        assert store.persisted_offset(TP(CHANGELOG, 1)) is None
        store.set_persisted_offset(TP(CHANGELOG, 2), 18)
        assert store.rows(2).changelog_offset() == 18

    with_store(tmp_path, scenario)


def test_faust_s_recovery_goes_by_version_in_every_partition(tmp_path: Path) -> None:
    def one(offset: int, version: int, payload: bytes) -> SimpleNamespace:
        key, value = record(b"key", b"", version, payload)
        return SimpleNamespace(offset=offset, key=key, value=value)

    def event(partition: int, *records: SimpleNamespace) -> SimpleNamespace:
        poll = Poll(records[0].offset, records, records[-1].offset + 1)
        return SimpleNamespace(message=SimpleNamespace(partition=partition, value=poll))

    def scenario(store: Store) -> None:
        events = [event(0, one(3, 2, b"old"), one(4, 9, b"high")), event(1, one(7, 1, b"other"))]
        events.append(event(0, one(5, 8, b"low")))
        store.apply_changelog_batch(events, to_key=bytes, to_value=bytes)
        assert store.rows(0).read_one(b"key") == b"high"
        assert store.rows(1).read_one(b"key") == b"other"
        assert store.persisted_offset(TP(CHANGELOG, 0)) == 5
        assert store.persisted_offset(TP(CHANGELOG, 1)) == 7
        assert len(store.rows(0).shadowed()) == 1

    with_store(tmp_path, scenario)

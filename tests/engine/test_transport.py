"""Polls in: what of a fetch is believed, and what is read again."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from time import time
from types import SimpleNamespace
from typing import Any

import pytest
from faust.transport.drivers import aiokafka as driver
from faust.types import TP

from streams.engine.holes import TRIES, Holes
from streams.engine.transport import UNCOMPACTED_MS, ConsumerThread
from tests.engine.counting import CHANGELOG, INPUT, worker_on

PLACE = TP(INPUT, 0)
LOG = TP(CHANGELOG, 0)


def run(*offsets: int, timestamp: float = 0.0) -> list[SimpleNamespace]:
    return [SimpleNamespace(offset=offset, timestamp=timestamp) for offset in offsets]


def offsets(records: Any) -> list[int]:
    return [record.offset for record in records]


def now_ms() -> float:
    return time() * 1_000


class Reader:
    """aiokafka's consumer, as far as a hole in a run needs it."""

    def __init__(self, position: int) -> None:
        state = SimpleNamespace(_position=position)
        assignment = SimpleNamespace(state_value=lambda _place: state)
        self._subscription = SimpleNamespace(subscription=SimpleNamespace(assignment=assignment))
        self._fetcher = SimpleNamespace(_records={})
        self.sought: list[int] = []
        self.committed_offset: int | None = None

    def seek(self, _place: TP, offset: int) -> None:
        self.sought.append(offset)

    async def committed(self, _place: TP) -> int | None:
        return self.committed_offset

    def assignment(self) -> set[TP]:
        return {PLACE, LOG}


def with_thread(data_dir: Path, scenario: Callable[[ConsumerThread], None]) -> None:
    async def inside() -> None:
        app, _ = worker_on("127.0.0.1:1", data_dir)
        thread = app.consumer._thread
        thread._holes = Holes()
        scenario(thread)

    asyncio.run(inside())


def test_a_run_without_a_hole_is_taken_whole() -> None:
    assert Holes().whole(PLACE, 4, whole := run(4, 5, 6)) == (whole, None)


def test_a_run_that_begins_too_late_is_read_again_from_the_position() -> None:
    taken, again = Holes().whole(PLACE, 4, run(6, 7))
    assert (offsets(taken), again) == ([], 4)


def test_a_hole_that_stays_is_what_the_log_really_is() -> None:
    holes = Holes()
    for _ in range(TRIES):
        taken, again = holes.whole(PLACE, 4, run(4, 6))
        assert (offsets(taken), again) == ([4], 5)
    taken, again = holes.whole(PLACE, 5, run(6, 7))
    assert (offsets(taken), again) == ([6, 7], None)


def test_holes_of_several_partitions_are_counted_apart() -> None:
    holes = Holes()
    for _ in range(TRIES):
        assert holes.whole(PLACE, 4, run(6))[1] == 4
    assert holes.whole(TP(INPUT, 1), 4, run(6))[1] == 4


def test_a_poll_tells_where_it_began_and_where_the_next_one_will(tmp_path: Path) -> None:
    def scenario(thread: ConsumerThread) -> None:
        (poll,) = thread._polled(reader := Reader(7), PLACE, 4, run(4, 5, 6))
        assert (poll.start, offsets(poll.records), poll.end) == (4, [4, 5, 6], 7)
        assert reader.sought == []

    with_thread(tmp_path, scenario)


def test_a_poll_with_a_hole_ends_there_and_the_rest_is_read_again(tmp_path: Path) -> None:
    def scenario(thread: ConsumerThread) -> None:
        (poll,) = thread._polled(reader := Reader(9), PLACE, 4, run(4, 5, 8))
        assert (poll.start, offsets(poll.records), poll.end) == (4, [4, 5], 6)
        assert reader.sought == [6]

    with_thread(tmp_path, scenario)


def test_a_poll_that_is_nothing_but_a_hole_is_none(tmp_path: Path) -> None:
    def scenario(thread: ConsumerThread) -> None:
        assert thread._polled(reader := Reader(9), PLACE, 4, run(8)) == []
        assert reader.sought == [4]

    with_thread(tmp_path, scenario)


def test_what_compaction_left_of_a_changelog_is_taken_as_it_is(tmp_path: Path) -> None:
    def scenario(thread: ConsumerThread) -> None:
        old = now_ms() - 2 * UNCOMPACTED_MS
        (poll,) = thread._polled(reader := Reader(10), LOG, 4, run(5, 9, timestamp=old))
        assert (offsets(poll.records), reader.sought) == ([5, 9], [])

    with_thread(tmp_path, scenario)


def test_a_hole_in_what_is_too_young_to_be_compacted_is_read_again(tmp_path: Path) -> None:
    def scenario(thread: ConsumerThread) -> None:
        records = run(5, 9, timestamp=now_ms() - 2 * UNCOMPACTED_MS) + run(11, timestamp=now_ms())
        (poll,) = thread._polled(reader := Reader(12), LOG, 4, records)
        assert (offsets(poll.records), poll.end, reader.sought) == ([5, 9], 10, [10])

    with_thread(tmp_path, scenario)


def test_during_a_rebalance_only_changelogs_are_read(tmp_path: Path) -> None:
    def scenario(thread: ConsumerThread) -> None:
        assert thread._settled({PLACE, LOG}) == {PLACE, LOG}
        thread.app.on_rebalance_start()
        assert thread._settled({PLACE, LOG}) == {LOG}
        thread.app.on_rebalance_end()
        assert thread._settled({PLACE, LOG}) == {PLACE, LOG}

    with_thread(tmp_path, scenario)


@pytest.mark.parametrize(("committed", "read_again_from"), [(4, 4), (None, 6)])
def test_a_fetch_that_waited_through_a_rebalance_brings_no_polls(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, committed: int | None, read_again_from: int
) -> None:
    async def fetched(thread: ConsumerThread, *_: Any) -> dict[TP, list[SimpleNamespace]]:
        thread.app.on_rebalance_start()
        thread.app.on_rebalance_end()
        return {PLACE: run(6, 7), LOG: run(8)}

    monkeypatch.setattr(driver.AIOKafkaConsumerThread, "_fetch_records", fetched)
    reader = Reader(8)
    reader.committed_offset = committed

    async def inside() -> None:
        app, _ = worker_on("127.0.0.1:1", tmp_path)
        thread = app.consumer._thread
        thread._holes = Holes()
        found = await thread._fetch_records(reader, {PLACE, LOG})
        assert {place: offsets(poll.records) for place, (poll,) in found.items()} == {LOG: [8]}

    asyncio.run(inside())
    assert reader.sought == [read_again_from]

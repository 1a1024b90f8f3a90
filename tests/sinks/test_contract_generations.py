"""The promise of `sinks.base` on positions and generations, over every sink."""

import pytest

from sinks.base import Generation, Origin, RebuildOvertaken
from tests.sinks.kept import Kept
from tests.sinks.records import (
    MODELS,
    NOW_US,
    ORIGIN,
    batch,
    count,
    gone,
    row,
    statement,
    version,
)

CREDIT, COUNTS = ("credit", 0), ("live-count", 1)
RETIRED = "2017-09-01 03:00:00.000000"
LATER_US = NOW_US + 3_600_000_000


def second_generation(kept: Kept) -> None:
    kept.apply(batch(statement("m1"), statement("m2"), counts=(count("a", 1, row()), count("b", 1, row()))))
    assert kept.sink.open_generation(ORIGIN, NOW_US) == 2


def test_positions_are_stored_with_the_rows(kept: Kept) -> None:
    assert kept.sink.positions() == {}
    kept.apply(batch(statement(), positions={CREDIT: 5}), batch(positions={COUNTS: 2}))
    assert kept.sink.positions() == {CREDIT: 5, COUNTS: 2}


def test_an_older_batch_applied_again_takes_no_position_back(kept: Kept) -> None:
    kept.apply(batch(positions={CREDIT: 5}), batch(positions={CREDIT: 3}))
    assert kept.sink.positions() == {CREDIT: 5}


def test_a_new_generation_reads_from_the_start(kept: Kept) -> None:
    kept.apply(batch(positions={CREDIT: 5}))
    kept.sink.open_generation(ORIGIN, NOW_US)
    assert kept.sink.positions() == {}


def test_a_batch_of_an_older_generation_moves_no_position_of_the_new_one(kept: Kept) -> None:
    kept.sink.open_generation(ORIGIN, NOW_US)
    kept.apply(batch(positions={CREDIT: 99}, generation=1))
    assert kept.sink.positions() == {}


def test_generations_are_counted_and_say_what_they_are_made_of(kept: Kept) -> None:
    other = Origin("cluster-2", "0.2.0", 16, "r", "p")
    assert kept.sink.current_generation() == Generation(1, ORIGIN, NOW_US, NOW_US)
    assert kept.sink.open_generation(other, LATER_US) == 2
    assert kept.sink.current_generation() == Generation(2, other, LATER_US, None)
    assert kept.sink.open_generation(other, LATER_US) == 3


def test_settling_removes_what_the_generation_has_not_stated(kept: Kept) -> None:
    second_generation(kept)
    kept.apply(
        batch(statement("m1", generation=2), counts=(count("a", 1, row(), generation=2),), generation=2)
    )
    kept.sink.settle(2, {CREDIT: 1}, LATER_US)
    assert [line[0] for line in kept.rows("member")] == ["m1"]
    assert [line[0] for line in kept.rows("live_count")] == ["a"]
    assert ("m2", version(0, 2) - 1, "gone", RETIRED) in kept.rows("statement")
    assert len(kept.rows("credit")) == 2 * len(MODELS)
    assert kept.sink.positions() == {CREDIT: 1}
    settled = kept.sink.current_generation()
    assert settled is not None
    assert settled.settled_us == LATER_US


def test_settling_again_changes_nothing(kept: Kept) -> None:
    second_generation(kept)
    kept.sink.settle(2, {CREDIT: 1}, LATER_US)
    before = kept.all_rows(), kept.sink.current_generation()
    kept.sink.settle(2, {CREDIT: 1}, LATER_US + 1)
    assert (kept.all_rows(), kept.sink.current_generation()) == before


@pytest.mark.parametrize("offset", [0, 1])
def test_what_was_removed_can_be_stated_again_at_any_offset(kept: Kept, offset: int) -> None:
    second_generation(kept)
    kept.sink.settle(2, {}, LATER_US)
    stated = statement("m1", offset, generation=2)
    kept.apply(batch(stated, counts=(count("a", offset, row(), generation=2),), generation=2))
    assert [line[0] for line in kept.rows("member")] == ["m1"]
    assert [line[0] for line in kept.rows("live_count")] == ["a"]


def test_a_member_that_the_rebuild_found_gone_is_not_removed_twice(kept: Kept) -> None:
    second_generation(kept)
    kept.apply(batch(gone("m1", 4, generation=2), generation=2))
    kept.sink.settle(2, {}, LATER_US)
    assert [line[1] for line in kept.rows("statement") if line[0] == "m1"] == [version(1), version(4, 2)]


def test_a_rebuild_that_a_newer_one_has_overtaken_removes_nothing(kept: Kept) -> None:
    second_generation(kept)
    kept.sink.open_generation(ORIGIN, NOW_US)
    before = kept.all_rows()
    with pytest.raises(RebuildOvertaken, match="Generation 2 cannot be settled: generation 3"):
        kept.sink.settle(2, {}, LATER_US)
    assert kept.all_rows() == before

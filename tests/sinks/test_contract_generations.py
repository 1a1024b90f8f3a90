"""The promise of `sinks.base` on positions and generations, over every sink."""

import pytest

from sinks.base import Generation, Origin, RebuildOvertaken
from tests.sinks.cases import SinkCase
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


def second_generation(case: SinkCase) -> None:
    case.apply(batch(statement("m1"), statement("m2"), counts=(count("a", 1, row()), count("b", 1, row()))))
    assert case.sink.open_generation(ORIGIN, NOW_US) == 2


def test_positions_are_stored_with_the_rows(case: SinkCase) -> None:
    assert case.sink.positions() == {}
    case.apply(batch(statement(), positions={CREDIT: 5}), batch(positions={COUNTS: 2}))
    assert case.sink.positions() == {CREDIT: 5, COUNTS: 2}


def test_an_older_batch_applied_again_takes_no_position_back(case: SinkCase) -> None:
    case.apply(batch(positions={CREDIT: 5}), batch(positions={CREDIT: 3}))
    assert case.sink.positions() == {CREDIT: 5}


def test_a_new_generation_reads_from_the_start(case: SinkCase) -> None:
    case.apply(batch(positions={CREDIT: 5}))
    case.sink.open_generation(ORIGIN, NOW_US)
    assert case.sink.positions() == {}


def test_a_batch_of_an_older_generation_moves_no_position_of_the_new_one(case: SinkCase) -> None:
    case.sink.open_generation(ORIGIN, NOW_US)
    case.apply(batch(positions={CREDIT: 99}, generation=1))
    assert case.sink.positions() == {}


def test_generations_are_counted_and_say_what_they_are_made_of(case: SinkCase) -> None:
    other = Origin("cluster-2", "0.2.0", 16, "r", "p")
    assert case.sink.current_generation() == Generation(1, ORIGIN, NOW_US, NOW_US)
    assert case.sink.open_generation(other, LATER_US) == 2
    assert case.sink.current_generation() == Generation(2, other, LATER_US, None)
    assert case.sink.open_generation(other, LATER_US) == 3


def test_settling_removes_what_the_generation_has_not_stated(case: SinkCase) -> None:
    second_generation(case)
    case.apply(
        batch(statement("m1", generation=2), counts=(count("a", 1, row(), generation=2),), generation=2)
    )
    case.sink.settle(2, {CREDIT: 1}, LATER_US)
    assert [line[0] for line in case.rows("member")] == ["m1"]
    assert [line[0] for line in case.rows("live_count")] == ["a"]
    assert ("m2", version(0, 2) - 1, "gone", RETIRED) in [one[:4] for one in case.rows("statement")]
    assert len(case.rows("credit")) == 2 * len(MODELS)
    assert case.sink.positions() == {CREDIT: 1}
    settled = case.sink.current_generation()
    assert settled is not None
    assert settled.settled_us == LATER_US


def test_settling_again_changes_nothing(case: SinkCase) -> None:
    second_generation(case)
    case.sink.settle(2, {CREDIT: 1}, LATER_US)
    before = case.all_rows(), case.sink.current_generation()
    case.sink.settle(2, {CREDIT: 1}, LATER_US + 1)
    assert (case.all_rows(), case.sink.current_generation()) == before


@pytest.mark.parametrize("offset", [0, 1])
def test_what_was_removed_can_be_stated_again_at_any_offset(case: SinkCase, offset: int) -> None:
    second_generation(case)
    case.sink.settle(2, {}, LATER_US)
    stated = statement("m1", offset, generation=2)
    case.apply(batch(stated, counts=(count("a", offset, row(), generation=2),), generation=2))
    assert [line[0] for line in case.rows("member")] == ["m1"]
    assert [line[0] for line in case.rows("live_count")] == ["a"]


def test_a_member_that_the_rebuild_found_gone_is_not_removed_twice(case: SinkCase) -> None:
    second_generation(case)
    case.apply(batch(gone("m1", 4, generation=2), generation=2))
    case.sink.settle(2, {}, LATER_US)
    assert [line[1] for line in case.rows("statement") if line[0] == "m1"] == [version(1), version(4, 2)]


def test_a_rebuild_that_a_newer_one_has_overtaken_removes_nothing(case: SinkCase) -> None:
    second_generation(case)
    case.sink.open_generation(ORIGIN, NOW_US)
    before = case.all_rows()
    with pytest.raises(RebuildOvertaken, match="Generation 2 cannot be settled: generation 3"):
        case.sink.settle(2, {}, LATER_US)
    assert case.all_rows() == before

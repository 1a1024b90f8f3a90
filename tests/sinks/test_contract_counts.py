"""The promise of `sinks.base` on live counts, over every sink."""

import pytest

from sinks.base import Applied, VersionClash
from tests.sinks.cases import SinkCase
from tests.sinks.records import NOW_US, ORIGIN, batch, count, row, version

SLEMAN = ("34.04", "2017-09", "worker", "first")


def test_a_count_becomes_a_row_a_cell(case: SinkCase) -> None:
    rows = (row(700_000, 2), row(300_000, 1, kind="company"))
    assert case.apply(batch(counts=(count("a", 3, *rows),))) == [Applied(counts=1)]
    assert case.rows("live_count") == [
        ("a", "34.04", "2017-09", "company", "first", 300_000, 1, version(3)),
        ("a", *SLEMAN, 700_000, 2, version(3)),
    ]


def test_a_newer_count_changes_adds_and_removes_by_difference(case: SinkCase) -> None:
    case.apply(batch(counts=(count("a", 1, row(1), row(2, district="34.01"), row(3, district="34.02")),)))
    case.apply(batch(counts=(count("a", 2, row(1), row(9, district="34.01"), row(4, district="34.03")),)))
    assert [(line[1], line[5], line[7]) for line in case.rows("live_count")] == [
        ("34.01", 9, version(2)),
        ("34.03", 4, version(2)),
        ("34.04", 1, version(1)),
    ]


def test_an_empty_count_removes_all_and_an_older_one_does_not_bring_it_back(case: SinkCase) -> None:
    case.apply(batch(counts=(count("a", 1, row()), count("b", 1, row()))), batch(counts=(count("a", 5),)))
    case.apply(batch(counts=(count("a", 4, row()),)))
    assert [line[0] for line in case.rows("live_count")] == ["b"]


def test_a_count_that_only_removes_is_remembered(case: SinkCase) -> None:
    both = (row(1), row(2, district="34.01"))
    case.apply(batch(counts=(count("a", 1, *both),)), batch(counts=(count("a", 5, row(1)),)))
    assert case.apply(batch(counts=(count("a", 3, *both),))) == [Applied()]
    assert len(case.rows("live_count")) == 1


def test_of_several_counts_in_one_batch_the_highest_version_stands(case: SinkCase) -> None:
    case.apply(batch(counts=(count("a", 2, row(2)), count("a", 3, row(3)), count("a", 1, row(1)))))
    assert [(line[5], line[7]) for line in case.rows("live_count")] == [(3, version(3))]


def test_the_same_count_again_changes_nothing(case: SinkCase) -> None:
    case.apply(batch(counts=(count("a", 2, row(2)),)))
    before = case.all_rows()
    assert case.apply(batch(counts=(count("a", 2, row(2)), count("a", 1, row(1))))) == [Applied()]
    assert case.all_rows() == before


@pytest.mark.parametrize("first", [(), (count("a", 2, row(2)),)], ids=["across batches", "in one batch"])
def test_one_version_with_two_counts_is_fatal(case: SinkCase, first: tuple[bytes, ...]) -> None:
    case.apply(batch(counts=() if first else (count("a", 2, row(2)),)))
    before = case.all_rows()
    with pytest.raises(VersionClash, match="Campaign a is stated twice"):
        case.apply(batch(counts=(*first, count("a", 2, row(5)))))
    assert case.all_rows() == before


def test_counts_of_an_earlier_generation_are_ignored(case: SinkCase) -> None:
    case.sink.open_generation(ORIGIN, NOW_US)
    assert case.apply(batch(counts=(count("a", 9, row()),))) == [Applied()]
    assert case.apply(batch(counts=(count("a", 0, row(), generation=2),))) == [Applied(counts=1)]

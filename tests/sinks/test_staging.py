"""A rebuild beside the store."""

import pytest

from sinks import staging as staging_module
from sinks.base import Applied, VersionClash
from sinks.staging import Staging
from tests.sinks.cases import SinkCase
from tests.sinks.records import NOW_US, ORIGIN, batch, count, refused, row, statement, version


def test_the_store_shows_what_it_had_until_all_is_known(case: SinkCase) -> None:
    case.apply(batch(statement("m1"), counts=(count("a", 1, row(1)),)))
    case.sink.open_generation(ORIGIN, NOW_US)
    before = case.all_rows()
    with Staging(2) as staging:
        staging.apply(batch(statement("m1", 1, generation=2, duplicates=1), rejected=(refused(),)))
        staging.apply(batch(counts=(count("a", 1, row(2), generation=2),)))
        assert case.all_rows() == before
        staging.settle(case.sink, {("credit", 0): 1}, NOW_US)
    assert [(line[0], line[8], line[10]) for line in case.rows("member")] == [("m1", 1, version(1, 2))]
    assert [line[5] for line in case.rows("live_count")] == [2]
    assert len(case.rows("rejected")) == 1
    assert case.sink.positions() == {("credit", 0): 1}


def test_a_rebuild_that_says_the_same_writes_no_row(case: SinkCase) -> None:
    case.apply(batch(statement("m1"), statement("m2"), counts=(count("a", 1, row()),)))
    case.sink.open_generation(ORIGIN, NOW_US)
    before = case.all_rows()
    with Staging(2) as staging:
        staging.apply(batch(statement("m1", 7, generation=2), statement("m2", 8, generation=2)))
        staging.apply(batch(counts=(count("a", 3, row(), generation=2),)))
        staging.settle(case.sink, {}, NOW_US)
    assert case.all_rows() == before


def test_only_the_newest_statement_of_a_member_is_kept(case: SinkCase) -> None:
    case.sink.open_generation(ORIGIN, NOW_US)
    applied: list[Applied] = []
    with Staging(2) as staging:
        for offset in (3, 9, 5):
            staging.apply(batch(statement("m1", offset, generation=2, duplicates=offset)))
        staging.settle(case.sink, {}, NOW_US, applied.append)
    assert applied == [Applied(statements=1)]
    assert [line[8] for line in case.rows("member")] == [9]


def test_it_tells_how_many_records_it_took_in() -> None:
    with Staging(1) as staging:
        applied = staging.apply(batch(statement(), statement(), counts=(count(),), rejected=(refused(),)))
        assert applied == Applied(statements=2, counts=1, rejected=1)


@pytest.mark.parametrize("together", ["in one batch", "in two batches"])
def test_one_version_with_two_contents_is_fatal(together: str) -> None:
    clashing = [statement("m1", 4), statement("m1", 4, duplicates=1)]
    batches = [batch(*clashing)] if together == "in one batch" else [batch(one) for one in clashing]
    with Staging(1) as staging:
        for one in batches[:-1]:
            staging.apply(one)
        with pytest.raises(VersionClash, match=r"A member .*generation 1, offset 4"):
            staging.apply(batches[-1])


def test_a_batch_that_fails_leaves_nothing_behind(case: SinkCase) -> None:
    with Staging(1) as staging:
        with pytest.raises(VersionClash, match="Campaign a"):
            staging.apply(batch(statement(), counts=(count("a", 1, row(1)), count("a", 1, row(2)))))
        staging.settle(case.sink, {}, NOW_US)
    assert case.rows("member") == []


def test_large_records_go_to_the_sink_a_few_at_a_time(
    case: SinkCase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(staging_module, "_BYTES_PER_CHUNK", 3_000)
    applied: list[Applied] = []
    with Staging(1) as staging:
        staging.apply(batch(rejected=tuple(refused(offset=one, value="x" * 1_000) for one in range(7))))
        staging.settle(case.sink, {}, NOW_US, applied.append)
    assert [one.rejected for one in applied] == [3, 3, 1]
    assert len(case.rows("rejected")) == 7

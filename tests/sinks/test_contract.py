"""The promise of `sinks.base` on statements, over every sink."""

import pytest

from sinks.base import Applied, VersionClash
from tests.sinks.cases import SinkCase
from tests.sinks.records import (
    MODELS,
    NOW_US,
    ORIGIN,
    batch,
    cancelled,
    gone,
    line,
    organic,
    statement,
    version,
)

AT_NINE = "2017-09-01 02:00:00.000000"


def test_a_statement_becomes_a_member_its_version_and_a_row_a_line_and_model(case: SinkCase) -> None:
    whole_and_half, half = {"first": 1_000_000, "linear": 500_000}, {"linear": 500_000}
    lines = (line("a", credit=whole_and_half), line("b", number=1, credit=half))
    (applied,) = case.apply(batch(statement(lines=lines)))
    assert applied == Applied(statements=1)
    about = ("m1", "worker", None, "34.04.07", AT_NINE, "enrollment of m1")
    believed = ("active", "attendance", 0, "2017.1", version(1), AT_NINE)
    assert case.rows("member") == [(*about, *believed)]
    stated = ("worker", None, "34.04.07", "enrollment of m1", "attendance", "2017.1", AT_NINE, 0)
    assert case.rows("statement") == [("m1", version(1), "active", AT_NINE, *stated)]
    tail = ("wayang", "attendance", "persuasion", AT_NINE)
    assert case.rows("credit") == [
        ("m1", version(1), "first", 0, "touch of a", "a", *tail, 1_000_000, AT_NINE),
        ("m1", version(1), "linear", 0, "touch of a", "a", *tail, 500_000, AT_NINE),
        ("m1", version(1), "linear", 1, "touch of b", "b", *tail, 500_000, AT_NINE),
    ]


def test_organic_credit_has_no_touch(case: SinkCase) -> None:
    case.apply(batch(statement(evidence="none", lines=(organic(),))))
    described = ("organic", "organic", "none", "none", None, 1_000_000)
    assert [row[4:11] for row in case.rows("credit")] == [(None, *described)] * len(MODELS)


def test_a_newer_statement_replaces_the_member_and_keeps_the_history(case: SinkCase) -> None:
    case.apply(batch(statement(lines=(line("a"),))), batch(statement(offset=2, lines=(line("b"),))))
    assert {row[5] for row in case.rows("credit_current")} == {"b"}
    assert {(row[1], row[5]) for row in case.rows("credit")} == {(version(1), "a"), (version(2), "b")}
    assert [row[1] for row in case.rows("statement")] == [version(1), version(2)]


def test_several_statements_of_a_member_in_one_batch_all_enter_the_history(case: SinkCase) -> None:
    statements = [statement(offset=offset, duplicates=offset) for offset in (1, 2, 3)]
    assert case.apply(batch(*statements)) == [Applied(statements=3)]
    assert [row[1] for row in case.rows("statement")] == [version(1), version(2), version(3)]
    assert [row[8] for row in case.rows("member")] == [3]


def test_an_older_statement_changes_nothing(case: SinkCase) -> None:
    case.apply(batch(statement(offset=5)))
    before = case.all_rows()
    assert case.apply(batch(statement(offset=4, duplicates=7))) == [Applied()]
    assert case.all_rows() == before


def test_the_same_statement_again_changes_nothing(case: SinkCase) -> None:
    case.apply(batch(statement()))
    before = case.all_rows()
    assert case.apply(batch(statement()), batch(statement(), statement())) == [Applied(), Applied()]
    assert case.all_rows() == before


def test_equal_content_under_a_newer_version_adds_nothing_but_counts_as_seen(case: SinkCase) -> None:
    case.apply(batch(statement(offset=1)))
    before = case.all_rows()
    later = "2017-09-02T02:00:00.000000Z"
    assert case.apply(batch(statement(offset=9, decided_at=later))) == [Applied()]
    assert case.apply(batch(statement(offset=5, duplicates=3))) == [Applied()]
    assert case.all_rows() == before


def test_lines_alone_make_a_statement_new(case: SinkCase) -> None:
    case.apply(batch(statement(offset=1, lines=(line("a"),))))
    assert case.apply(batch(statement(offset=2, lines=(line("b"),)))) == [Applied(statements=1)]


@pytest.mark.parametrize("other", [statement(duplicates=1), statement(lines=(line("b"),)), gone()])
def test_one_version_with_two_contents_is_fatal_and_writes_nothing(case: SinkCase, other: bytes) -> None:
    case.apply(batch(statement()))
    before = case.all_rows()
    with pytest.raises(VersionClash) as clash:
        case.apply(batch(statement("m0"), other))
    assert str(clash.value) == (
        "A member is stated twice, differently, under one version (generation 1, offset 1). Two streams "
        "write to this store. Stop all but one, then start that one as a new generation; nothing of this "
        "batch was written."
    )
    assert case.all_rows() == before


def test_one_version_with_two_contents_in_one_batch_is_fatal_too(case: SinkCase) -> None:
    with pytest.raises(VersionClash):
        case.apply(batch(statement(), statement(duplicates=1)))
    assert case.rows("member") == []


def test_a_clash_is_seen_under_a_version_that_added_nothing(case: SinkCase) -> None:
    case.apply(batch(statement(offset=1)), batch(statement(offset=2)))
    with pytest.raises(VersionClash):
        case.apply(batch(statement(offset=2, duplicates=1)))


def test_a_cancelled_member_stays_without_lines(case: SinkCase) -> None:
    case.apply(batch(statement()), batch(cancelled(offset=2)))
    assert [row[6] for row in case.rows("member")] == ["cancelled"]
    assert case.rows("credit_current") == []
    assert [row[2] for row in case.rows("statement")] == ["active", "cancelled"]


def test_a_gone_member_loses_the_row_and_keeps_the_history(case: SinkCase) -> None:
    case.apply(batch(statement()), batch(gone(offset=2)))
    assert case.rows("member") == []
    assert case.rows("credit_current") == []
    assert len(case.rows("credit")) == len(MODELS)
    assert [row[1:3] for row in case.rows("statement")] == [(version(1), "active"), (version(2), "gone")]


def test_a_gone_member_is_not_brought_back_by_an_older_statement(case: SinkCase) -> None:
    case.apply(batch(gone(offset=7)), batch(statement(offset=6)))
    case.apply(batch(gone(offset=9)), batch(statement(offset=8)))
    assert case.rows("member") == []
    assert [row[1] for row in case.rows("statement")] == [version(7)]


def test_a_gone_member_comes_back_with_a_newer_statement(case: SinkCase) -> None:
    case.apply(batch(statement(), gone(offset=2)), batch(gone(offset=3)), batch(statement(offset=4)))
    assert [row[10] for row in case.rows("member")] == [version(4)]
    assert case.apply(batch(statement(offset=5, duplicates=2))) == [Applied(statements=1)]


def test_a_line_that_earns_nothing_leaves_no_trace(case: SinkCase) -> None:
    idle = line("b", number=1, credit={})
    case.apply(batch(statement(lines=(line("a"), idle))))
    assert {row[5] for row in case.rows("credit")} == {"a"}
    assert (
        case.apply(batch(statement(lines=(line("a"), idle))), batch(statement(lines=(line("a"),))))
        == [Applied()] * 2
    )


def test_statements_of_an_earlier_generation_are_ignored(case: SinkCase) -> None:
    case.sink.open_generation(ORIGIN, NOW_US)
    assert case.apply(batch(statement(generation=1))) == [Applied()]
    assert case.apply(batch(statement(generation=2))) == [Applied(statements=1)]


def test_a_batch_with_a_broken_record_writes_nothing_at_all(case: SinkCase) -> None:
    case.apply(batch(statement(), positions={("credit", 0): 1}))
    before = case.all_rows()
    with pytest.raises(ValueError, match="truncated"):
        case.apply(batch(statement("m2", 2), accepted=(b"{",), positions={("credit", 0): 3}))
    assert case.all_rows() == before
    assert case.sink.positions() == {("credit", 0): 1}

"""The promise of `sinks.base` on records of the public topics that somebody else wrote there."""

import json
from typing import Any

import pytest

from sinks import foreign as module
from sinks.base import Applied, VersionClash
from sinks.staging import Staging
from tests.logged import logged_by
from tests.sinks.cases import SinkCase
from tests.sinks.records import NOW_US, ORIGIN, batch, count, refused, row, statement

GARBAGE: list[Any] = [None, b"", b"{", b"null", b"[]", b"{}", b"\xff", b'"\xff"', b"[" * 100_000, b"text"]


def changed(value: bytes, **fields: Any) -> bytes:
    return json.dumps(json.loads(value) | fields).encode()


STATEMENTS = [
    *GARBAGE,
    count(),
    changed(statement(), note=1),
    changed(statement(), version=-1),
    changed(statement(), version=2**63),
    changed(statement(), duplicates=10**30),
    changed(statement(), decided_at="today"),
]
COUNTS = [*GARBAGE, statement(), changed(count("a", 1, row()), version=2**63), changed(count(), rows=None)]
REFUSED = [
    *GARBAGE,
    statement(),
    refused("no reason of ours"),
    refused(partition=2**31),
    refused(offset=2**63),
    refused(offset=-1),
    refused(value="a\0b"),
    refused(errors="no list"),
    refused(headers=[{"key": "a"}]),
]


def test_they_are_passed_over_with_what_is_ours_around_them_taken_in(
    case: SinkCase, monkeypatch: pytest.MonkeyPatch
) -> None:
    mixed = batch(
        statement("m1"),
        *STATEMENTS,
        statement("m2", 2),
        counts=(count("a", 1, row()), *COUNTS, count("b", 2, row())),
        rejected=(refused(), *REFUSED, refused(offset=1)),
        positions={("credit", 0): 9},
    )
    foreign = len(STATEMENTS) + len(COUNTS) + len(REFUSED)
    with logged_by(module, monkeypatch) as logged:
        assert case.apply(mixed) == [Applied(2, 2, 0, 2, foreign)]
    assert [len(case.rows(table)) for table in ("member", "live_count", "rejected")] == [2, 2, 2]
    assert case.sink.positions() == {("credit", 0): 9}
    assert len(logged) == foreign
    assert {(one["event"], one["topic"]) for one in logged} == {
        ("foreign_record_passed_over", topic) for topic in ("credit", "live-count", "rejected")
    }


def test_a_rebuild_passes_them_over_as_well(case: SinkCase) -> None:
    case.sink.open_generation(ORIGIN, NOW_US)
    with Staging(2) as staging:
        staged = staging.apply(
            batch(statement("m1", generation=2), *GARBAGE, counts=tuple(GARBAGE), rejected=tuple(REFUSED))
        )
        assert staged.foreign == 2 * len(GARBAGE) + len(REFUSED)
        half = changed(statement("m1", 9, generation=2), duplicates=None), b'{"member_id":"m1","version":9e9}'
        assert staging.apply(batch(*half, counts=(b'{"campaign_id":"a","version":9}',))).foreign == 3
        staging.settle(case.sink, {}, NOW_US)
    assert [line[0] for line in case.rows("member")] == ["m1"]
    assert case.rows("rejected") == []


def test_what_reads_as_ours_and_says_otherwise_still_ends_it(case: SinkCase) -> None:
    case.apply(batch(statement("m1")))
    with pytest.raises(VersionClash):
        case.apply(batch(b"{", statement("m1", duplicates=1)))

"""Only refused records that are lines of this run are counted."""

import json

from sambung.replay.own_refusals import OwnRefusals
from sinks.base import Batch
from streams.topics.names import ENROLLMENT


def refused(offset: int | None, reason: str = "invalid", partition: int = 0) -> bytes:
    position = (ENROLLMENT, partition, offset) if offset is not None else (None, None, None)
    rejected = dict(zip(("topic", "partition", "offset"), position, strict=True))
    rest = {
        "reason": reason,
        "errors": [],
        "file": None,
        "line": None,
        "key": None,
        "value": "",
        "headers": [],
    }
    return json.dumps(rejected | rest).encode()


def counted(refusals: OwnRefusals, *records: bytes) -> dict[str, int]:
    refusals.collecting(lambda _: None)(Batch(1, rejected=records))
    return refusals.by_reason()


def sent(*runs: range, partition: int = 0) -> OwnRefusals:
    refusals = OwnRefusals()
    for run in runs:
        refusals.record_sent((ENROLLMENT, partition), run)
    return refusals


def test_lines_of_others_do_not_count_not_even_between_two_batches_of_ours() -> None:
    ours = sent(range(10, 12), range(13, 15))
    assert counted(ours, *map(refused, range(9, 16))) == {"invalid": 4}


def test_another_partition_is_another_log() -> None:
    assert counted(sent(range(3)), refused(1, partition=1)) == {}


def test_one_that_is_refused_again_after_a_crash_counts_once() -> None:
    assert counted(sent(range(3)), refused(1), refused(1)) == {"invalid": 1}


def test_one_may_be_refused_before_it_is_known_where_it_lies() -> None:
    ours = OwnRefusals()
    counted(ours, refused(1, "conflict"))
    ours.record_sent((ENROLLMENT, 0), range(3))
    assert ours.by_reason() == {"conflict": 1}


def test_a_line_that_names_no_topic_counts_where_it_is_refused() -> None:
    """Its record has no place, and may be of another run."""
    ours = sent(range(3))
    ours.record_without_topic("not_json")
    assert counted(ours, refused(None, "not_json")) == {"not_json": 1}


def test_what_is_noted_is_taken_in_too() -> None:
    received: list[Batch] = []
    batch = Batch(1, rejected=[refused(1)])
    OwnRefusals().collecting(received.append)(batch)
    assert received == [batch]


def test_what_somebody_else_wrote_to_the_topic_is_none_of_ours() -> None:
    assert counted(sent(range(3)), b"garbage", refused(1)) == {"invalid": 1}

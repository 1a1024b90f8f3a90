"""Every change of a row has its batch, and no batch is without one: what a follower relies on."""

from dataclasses import replace

from models.events import Enrollment
from tests.builders import enrollment, inspection, outreach
from tests.sinks.cases import SinkCase
from tests.sinks.records import (
    NOW_US,
    ORIGIN,
    batch,
    cancelled,
    count,
    gone,
    organic,
    refused,
    row,
    statement,
    version,
)
from tests.sinks.test_contract_events import NATIONAL_ID, accepted


def test_each_row_names_the_batch_that_wrote_it_last(case: SinkCase) -> None:
    case.apply(batch(statement("m1"), statement("m2")), batch(statement("m2", 2, evidence="company")))
    marks = case.watermarks()
    assert marks.batches == [(0, False), (1, False), (1, False)]
    assert marks.written == {
        ("member", ("m1",)): 1,
        ("member", ("m2",)): 2,
        ("statement", ("m1", version(1))): 1,
        ("statement", ("m2", version(1))): 1,
        ("statement", ("m2", version(2))): 2,
    }


def test_events_and_what_they_say_in_columns_share_a_batch(case: SinkCase) -> None:
    show, visit = outreach(), inspection()
    case.apply(batch(accepted=(accepted(show), accepted(visit)), rejected=(refused(),)))
    assert case.watermarks().written == {
        ("event", ("outreach-event", show["event_id"])): 1,
        ("event", ("inspection", visit["event_id"])): 1,
        ("outreach_event", (show["event_id"],)): 1,
        ("inspection", (visit["event_id"],)): 1,
        ("rejected", ("{",)): 1,
    }


def test_what_changes_no_row_makes_no_batch(case: SinkCase) -> None:
    whole = batch(
        statement("m1"),
        counts=(count("a", 1, row()),),
        accepted=(accepted(enrollment("m1")),),
        rejected=(refused(),),
    )
    case.apply(whole, whole, batch(statement("m1", 5)), batch(positions={("credit", 0): 9}), batch())
    assert case.watermarks().batches == [(0, False), (1, False)]
    assert set(case.watermarks().written.values()) == {1}


def test_a_member_that_goes_leaves_its_key(case: SinkCase) -> None:
    case.apply(batch(statement("m1")), batch(gone("m1", 2)))
    assert case.watermarks().removed == {("member", ("m1",)): 2}
    case.apply(batch(statement("m1", 3)), batch(gone("m1", 4)), batch(statement("m1", 5)))
    marks = case.watermarks()
    assert marks.removed == {("member", ("m1",)): 4}
    assert marks.written["member", ("m1",)] == 5


def test_a_cancelled_member_keeps_its_row(case: SinkCase) -> None:
    case.apply(batch(statement("m1")), batch(cancelled("m1", 2)))
    assert case.watermarks().removed == {}
    assert case.watermarks().written["member", ("m1",)] == 2


def test_a_count_that_falls_to_zero_leaves_its_key(case: SinkCase) -> None:
    case.apply(batch(counts=(count("a", 1, row(1), row(2, month="2017-08")),)))
    case.apply(batch(counts=(count("a", 2, row(1)),)))
    marks = case.watermarks()
    assert marks.removed == {("live_count", ("a", "34.04", "2017-08", "worker", "first")): 2}
    assert marks.written == {("live_count", ("a", "34.04", "2017-09", "worker", "first")): 1}


def test_a_replaced_event_is_kept_with_both_its_batches(case: SinkCase) -> None:
    event_id = enrollment("m1")["event_id"]
    revisions = [accepted(enrollment("m1", revision=number)) for number in (0, 3, 1, 4)]
    case.apply(*(batch(accepted=(one,)) for one in revisions))
    key = ("enrollment", event_id)
    assert case.watermarks().past == [(key, 0, 1, 2), (key, 3, 2, 3)]
    assert case.watermarks().written == {("event", key): 3}
    assert [Enrollment.model_validate_json(one).revision for one in case.sink.archive()] == [4]


def test_of_two_revisions_in_one_batch_only_the_greater_is_ever_there(case: SinkCase) -> None:
    case.apply(batch(accepted=tuple(accepted(enrollment("m1", revision=number)) for number in (1, 2, 0))))
    assert case.watermarks().past == []


def test_the_end_of_a_rebuild_is_marked_to_its_last_batch(case: SinkCase) -> None:
    case.apply(batch(statement("m1"), statement("m2"), counts=(count("a", 1, row()), count("b", 1, row()))))
    case.sink.open_generation(replace(ORIGIN, cluster_id="cluster-2"), NOW_US)
    case.apply(batch(statement("m1", generation=2, lines=(organic(),)), generation=2, settle=True))
    case.sink.settle(2, {}, NOW_US)
    marks = case.watermarks()
    assert marks.batches == [(0, False), (1, False), (2, True), (2, True)]
    assert marks.written["member", ("m1",)] == 2
    assert {key: number for key, number in marks.removed.items() if key[0] == "member"} == {
        ("member", ("m2",)): 3
    }
    cell = ("34.04", "2017-09", "worker", "first")
    assert {key for key in marks.removed if key[0] == "live_count"} == {
        ("live_count", ("a", *cell)),
        ("live_count", ("b", *cell)),
    }


def test_an_event_that_is_removed_for_a_national_id_leaves_its_keys_and_no_past(case: SinkCase) -> None:
    case.apply(batch(accepted=(accepted(outreach()),)))
    event = outreach(day=3, source="NIK")
    case.apply(batch(accepted=(accepted(event).replace(b"NIK", NATIONAL_ID.encode()),)))
    case.sink.remove_national_ids()
    case.sink.remove_national_ids()
    marks = case.watermarks()
    assert marks.batches == [(0, False), (1, False), (1, False), (1, True)]
    assert marks.removed == {
        ("event", ("outreach-event", event["event_id"])): 3,
        ("outreach_event", (event["event_id"],)): 3,
    }
    assert marks.past == []


def test_a_replaced_revision_is_removed_for_a_national_id_too(case: SinkCase) -> None:
    event = outreach(day=3, source="NIK")
    case.apply(batch(accepted=(accepted(event).replace(b"NIK", NATIONAL_ID.encode()),)))
    case.apply(batch(accepted=(accepted(event | {"source": "team", "revision": 1}),)))
    assert len(case.watermarks().past) == 1
    case.sink.remove_national_ids()
    marks = case.watermarks()
    key = ("outreach-event", event["event_id"])
    assert (marks.past, marks.removed) == ([], {("event_past", (*key, 1)): 3})
    assert marks.written["event", key] == 2

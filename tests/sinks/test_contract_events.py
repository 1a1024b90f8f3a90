"""The promise of `sinks.base` on events and refused records, over every sink."""

from itertools import permutations

from models.events import EVENTS, canonical
from models.intake.refusal import RawRecord, Reason, Refusal, rejected_line, rejected_record
from sinks.base import Applied
from tests.builders import Event, enrollment, inspection, line, outreach
from tests.sinks.cases import SinkCase
from tests.sinks.records import batch, refused

NATIONAL_ID = "1234567890123456"


def accepted(event: Event) -> bytes:
    return canonical(EVENTS[event["type"]].model_validate_json(line(event)))


def test_an_enrollment_is_archived(case: SinkCase) -> None:
    body = accepted(enrollment("m1", revision=4))
    assert case.apply(batch(accepted=(body,))) == [Applied(events=1)]
    assert case.rows("event") == [("enrollment", enrollment("m1")["event_id"], 4, body.decode())]


def test_an_outreach_event_has_its_lists_as_counts(case: SinkCase) -> None:
    event = outreach("perisai", 1, attendees=["a", "b"], companies=["c"], cost_idr=2_500_000, headcount=40)
    case.apply(batch(accepted=(accepted(event),)))
    times = ("2017-09-02 02:00:00.000000", "2017-09-03 02:00:00.000000")
    columns = ("perisai", "perisai", "34.01.02", 40, 2, 1, 2_500_000)
    assert case.rows("outreach_event") == [(event["event_id"], 0, "active", *times, "field-team", *columns)]


def test_an_inspection_has_its_fields_as_columns(case: SinkCase) -> None:
    event = inspection("c1", 1, stage="sp1", status="cancelled", revision=2)
    case.apply(batch(accepted=(accepted(event),)))
    times = ("2017-09-02 02:00:00.000000", "2017-09-03 02:00:00.000000")
    columns = ("inspections", "c1", "team-1", "34.04.07", "sp1", "promised", 0)
    assert case.rows("inspection") == [
        (event["event_id"], 2, "cancelled", *times, "early-detection", *columns)
    ]


def test_the_greatest_revision_then_time_then_text_stands_in_any_order(case: SinkCase) -> None:
    low = accepted(outreach(name="e", revision=1, recorded_at="2017-12-31T00:00:00Z"))
    early = accepted(outreach(name="e", revision=2, recorded_at="2017-09-02T00:00:00Z", source="z"))
    small = accepted(outreach(name="e", revision=2, recorded_at="2017-09-03T00:00:00Z", source="a"))
    greatest = accepted(outreach(name="e", revision=2, recorded_at="2017-09-03T00:00:00Z", source="b"))
    for order in permutations([low, early, small, greatest]):
        case.apply(*(batch(accepted=(body,)) for body in order), batch(accepted=order))
        assert [row[3] for row in case.rows("event")] == [greatest.decode()]
        assert [row[5] for row in case.rows("outreach_event")] == ["b"]


def test_the_archive_comes_back_by_type_and_id_as_it_was_accepted(case: SinkCase) -> None:
    bodies = [accepted(event) for number in range(1_500) for event in (enrollment(f"m{number}"),)]
    bodies += [accepted(outreach(name="ö", source="Bantul — ꦧ"))]
    case.apply(batch(accepted=tuple(bodies)))
    archived = list(case.sink.archive())
    assert archived == list(case.sink.archive())
    assert sorted(archived) == sorted(bodies)


def test_an_event_with_a_national_id_which_an_older_release_accepted_is_removed(case: SinkCase) -> None:
    events = [enrollment("m1"), outreach(), inspection(), outreach(day=2, source=f'"{NATIONAL_ID}')]
    case.apply(batch(accepted=tuple(map(accepted, events))))
    before = case.all_rows()
    others = [enrollment("m2", source="NIK"), outreach(day=3, source="NIK"), inspection(day=2, team="NIK")]
    found = [accepted(event).replace(b"NIK", NATIONAL_ID.encode()) for event in others]
    case.apply(batch(accepted=found))
    assert len(case.rows("event")) == 7
    case.sink.remove_national_ids()
    assert case.all_rows() == before


NO_EVENT = (None, None, None)
"""Type, id and revision of a refused record that is no revision of an event."""


def test_a_refused_record_is_kept_whole(case: SinkCase) -> None:
    refusal = Refusal(Reason.INVALID, ("`place`: write a sub-district",))
    value = rejected_record(
        refusal, ("enrollment", 3, 17), RawRecord(b"k", b'{"a":"\xc3\xb6"}', [("h", b"v")])
    )
    assert case.apply(batch(rejected=(value,))) == [Applied(rejected=1)]
    errors, headers = '["`place`: write a sub-district"]', '[{"key":"h","value":"v"}]'
    kept_whole = ("invalid", errors, "enrollment", 3, 17, None, None, "k", '{"a":"ö"}', headers, *NO_EVENT)
    assert case.rows("rejected") == [kept_whole]


def test_one_record_and_reason_is_one_row(case: SinkCase) -> None:
    case.apply(batch(rejected=(refused(), refused())), batch(rejected=(refused(),)))
    assert len(case.rows("rejected")) == 1
    case.apply(batch(rejected=(refused("conflict"), refused(offset=1))))
    assert len(case.rows("rejected")) == 3


def test_better_words_for_the_same_refusal_add_no_row(case: SinkCase) -> None:
    case.apply(batch(rejected=(refused(),)), batch(rejected=(refused(errors=["worded better"]),)))
    assert len(case.rows("rejected")) == 1


def test_another_record_at_an_offset_that_a_fresh_broker_counts_again_is_another_row(case: SinkCase) -> None:
    case.apply(batch(rejected=(refused(value="{"),)), batch(rejected=(refused(value="["),)))
    assert len(case.rows("rejected")) == 2


def test_a_refused_line_of_a_file_that_is_replayed_again_adds_no_row(case: SinkCase) -> None:
    refusal = Refusal(Reason.NOT_JSON, ("no JSON object",))
    again = rejected_line(refusal, "april.ndjson", 7, b"{")
    case.apply(batch(rejected=(again,)), batch(rejected=(again,)))
    assert [row[5:7] for row in case.rows("rejected")] == [("april.ndjson", 7)]


def test_a_file_of_the_same_name_with_another_line_adds_a_row(case: SinkCase) -> None:
    refusal = Refusal(Reason.NOT_JSON, ("no JSON object",))
    lines = [rejected_line(refusal, "-", 1, value) for value in (b"{", b"[")]
    case.apply(batch(rejected=tuple(lines)))
    assert len(case.rows("rejected")) == 2

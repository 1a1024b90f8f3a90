"""Intake: the first reason against a record, and the fast reader against the one that reads in detail."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.events import EVENTS, Event, canonical
from models.intake.judging import LARGEST_VALUE_BYTES, _read_fast, _read_in_detail, judge, topic_of_line
from models.intake.refusal import Reason, Refusal
from models.places import Places
from tests.builders import company, enrollment, inspection, line, outreach
from tests.oracle import judging as oracle
from tests.thorough import tries

PLACES = Places.load()
NATIONAL_ID = "3404071234567890"
SAMPLES = {event["type"]: event for event in (enrollment(), outreach(attendees=["w1"]), inspection())}


def verdict(value: bytes | None, topic: str = "enrollment") -> Event | Refusal:
    return judge(topic, value, PLACES)


def reason(record: dict[str, Any] | bytes, topic: str = "enrollment") -> Reason | None:
    """Of a refusal; None for a valid event."""
    found = verdict(record if isinstance(record, bytes) else line(record), topic)
    return found.reason if isinstance(found, Refusal) else None


def spliced(name: str, text: str, *, before: bool = False) -> bytes:
    """An enrollment with one more field in raw JSON, before all others or after them."""
    given = line(enrollment())
    field = f'"{name}":{text}'.encode()
    return b"{" + field + b"," + given[1:] if before else given[:-1] + b"," + field + b"}"


@pytest.mark.parametrize("topic", SAMPLES)
def test_an_event_on_its_topic_is_taken(topic: str) -> None:
    found = judge(topic, line(SAMPLES[topic]), PLACES)
    assert isinstance(found, EVENTS[topic])


@pytest.mark.parametrize(
    ("first", "record"),
    [
        (Reason.TOO_LARGE, b"[" * (LARGEST_VALUE_BYTES + 1)),
        (Reason.TOO_LARGE, line(enrollment()).ljust(LARGEST_VALUE_BYTES + 1)),
        (Reason.NOT_JSON, line(inspection(person=NATIONAL_ID))[:-1]),
        (Reason.WRONG_TOPIC, line(inspection(company_id=NATIONAL_ID, stage="none"))),
        (Reason.RAW_NATIONAL_ID, line(enrollment(NATIONAL_ID, kind="none", place="99.99.99"))),
        (Reason.RAW_NATIONAL_ID, line(enrollment(person=NATIONAL_ID, type="unknown"))),
        (Reason.INVALID, line(enrollment(kind="none", place="99.99.99"))),
        (Reason.UNKNOWN_PLACE, line(enrollment(place="99.99.99"))),
        (None, line(enrollment()).ljust(LARGEST_VALUE_BYTES)),
    ],
)
def test_the_first_reason_that_holds_is_given(first: Reason | None, record: bytes) -> None:
    assert reason(record) == first


@pytest.mark.parametrize(
    "record",
    [
        *(
            enrollment(**{name: NATIONAL_ID})
            for name in ("event_id", "member_id", "company_id", "declared", "person", "campaign_id")
        ),
        company(NATIONAL_ID),
        enrollment(person=[NATIONAL_ID]),
        enrollment(source=NATIONAL_ID),
        enrollment(status=NATIONAL_ID),
        enrollment(note=NATIONAL_ID),
        enrollment(note={"a": [[], {"b": NATIONAL_ID}]}),
        enrollment(**{NATIONAL_ID: 1}),
        enrollment(note=[{NATIONAL_ID: 1}]),
        inspection(team=NATIONAL_ID),
        enrollment() | {"attendees": NATIONAL_ID},
        outreach() | {"attendees": ["ab" * 32, NATIONAL_ID]},
        outreach(companies=["c1", NATIONAL_ID]),
        outreach(campaign_id=NATIONAL_ID),
        inspection(NATIONAL_ID),
        inspection(campaign_id=NATIONAL_ID),
    ],
)
def test_a_national_id_in_place_of_an_id_is_refused_as_one_and_never_repeated(record: dict[str, Any]) -> None:
    found = verdict(line(record), record["type"])
    assert isinstance(found, Refusal)
    assert found.reason == Reason.RAW_NATIONAL_ID
    assert NATIONAL_ID not in str(found)


@pytest.mark.parametrize("field", ["member_id", "source", "revision", "note"])
def test_a_number_is_no_text_and_so_no_national_id(field: str) -> None:
    assert reason(enrollment(**{field: int(NATIONAL_ID)})) == Reason.INVALID
    assert reason(outreach(cost_idr=10**15), "outreach-event") is None  # which has 16 digits


@pytest.mark.parametrize("field", ["source", "member_id", "person"])
def test_of_a_repeated_field_only_the_last_counts(field: str) -> None:
    assert reason(spliced(field, f'"{NATIONAL_ID}"', before=True)) is None
    assert reason(spliced(field, f'"{NATIONAL_ID}"')) == Reason.RAW_NATIONAL_ID


@pytest.mark.parametrize("around", ["{} ", "a{}", "{}0", "NIK {}", "{}\u0660"])
def test_a_text_that_holds_more_than_the_16_digits_is_taken(around: str) -> None:
    source = around.format(NATIONAL_ID)
    assert reason(enrollment(source=source)) is None
    assert reason(inspection(team=source), "inspection") is None


def test_a_national_id_written_in_escapes_is_found() -> None:
    escaped = "".join(f"\\u{ord(digit):04x}" for digit in NATIONAL_ID)
    assert reason(spliced("member_id", f'"{escaped}"')) == Reason.RAW_NATIONAL_ID


@pytest.mark.parametrize("found", ["340407123456789", "34040712345678901", "340407123456789a"])
def test_another_number_of_digits_is_an_id_like_any_other(found: str) -> None:
    assert reason(enrollment(found, company_id=found)) is None


@pytest.mark.parametrize(
    ("place", "topic", "expected"),
    [
        ("34.04.99", "enrollment", Reason.UNKNOWN_PLACE),
        ("34.04", "enrollment", Reason.INVALID),
        ("34", "inspection", Reason.INVALID),
        ("35", "outreach-event", Reason.UNKNOWN_PLACE),
        ("34", "outreach-event", None),
        ("34.04.07.2001", "outreach-event", Reason.INVALID),
    ],
)
def test_a_place_is_unknown_only_at_the_right_level(place: str, topic: str, expected: Reason | None) -> None:
    assert reason(SAMPLES[topic] | {"place": place}, topic) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (spliced("source", '"x"', before=True), None),
        (spliced("source", "[[5]]", before=True), None),
        (spliced("source", "1e400", before=True), None),
        (spliced("source", "9" * 5_000, before=True), None),
        (spliced("source", "[" * 250 + "]" * 250, before=True), None),
        (spliced("source", '"NaN and Infinity"'), None),
        (spliced("revision", "-0"), None),
        (spliced("source", r'"\ud83d\ude00"'), None),
        (spliced("source", r'"\\ud83d"'), None),
        (spliced("source", "NaN", before=True), Reason.NOT_JSON),
        (spliced("source", '{"a":[-Infinity]}', before=True), Reason.NOT_JSON),
        (spliced("source", r'"\ud83d"', before=True), Reason.NOT_JSON),
        (spliced("source", r'"\\\ud83d"'), Reason.NOT_JSON),
        (spliced("source", r'"\ud83d\\ude00"'), Reason.NOT_JSON),
        (spliced("source", r'"\ude00\ud83d"'), Reason.NOT_JSON),
        (spliced(r"\ud83d", "1"), Reason.NOT_JSON),
        (spliced("source", '"a\nb"'), Reason.NOT_JSON),
        (spliced("revision", "01"), Reason.NOT_JSON),
        (spliced("revision", "1."), Reason.NOT_JSON),
        (spliced("source", '"a"').replace(b'"a"', b'"\xed\xa0\x80"'), Reason.NOT_JSON),
        (b"\xef\xbb\xbf" + line(enrollment()), Reason.NOT_JSON),
        (line(enrollment()).decode().encode("utf-16"), Reason.NOT_JSON),
        (line(enrollment()) * 2, Reason.NOT_JSON),
        (b"", Reason.NOT_JSON),
        (b"[]", Reason.NOT_JSON),
        (b"null", Reason.NOT_JSON),
        (b"{" * 500_000, Reason.NOT_JSON),
        (b'{"a":' * 150_000 + b"1" + b"}" * 150_000, Reason.NOT_JSON),
        (spliced("revision", "9" * 5_000), Reason.INVALID),
        (spliced("x", "[" * 250 + "]" * 250), Reason.INVALID),
        (spliced("type", "[]"), Reason.INVALID),
        (b"{}", Reason.INVALID),
    ],
    ids=lambda value: repr(value)[:60],
)
def test_json_is_read_to_the_letter(value: bytes, expected: Reason | None) -> None:
    assert reason(value) == expected


def test_a_record_without_a_value_is_no_json() -> None:
    found = verdict(None)
    assert isinstance(found, Refusal)
    assert found.reason == Reason.NOT_JSON


ODD_JSON = st.sampled_from(
    [
        "NaN",
        "-Infinity",
        "1e400",
        "-0",
        "0.0",
        "5e0",
        "01",
        "1.",
        "true",
        "null",
        '""',
        '"x"',
        r'"\ud800"',
        r'"\ud83d\ude00"',
        r'"\u0000"',
        r'"\n"',
        "[]",
        "{}",
        "[[[]]]",
        "[1]",
        '["JKK","JKK"]',
        '{"a":NaN}',
        "999999999999999999999",
        '"2017-09-01T00:00:00Z"',
        '"cancelled"',
        '"organic"',
        '"34"',
        '"34.04.07"',
        '"inspection"',
        '"worker"',
        '"company"',
        '"w1"',
        '"NaN"',
        "'x'",
        "\0",
        '"',
    ]
)
NAMES = st.sampled_from([*oracle.FIELDS["enrollment"], *oracle.FIELDS["inspection"], "attendees", "x"])
EDITS = st.tuples(st.integers(0, 400), st.integers(0, 2), st.binary(max_size=2))


@st.composite
def odd_records(draw: st.DrawFn) -> tuple[str, bytes]:
    """A topic and an event with fields repeated or added in odd JSON, and bytes inserted or removed."""
    topic = draw(st.sampled_from(sorted(SAMPLES)))
    value = line(SAMPLES[topic])
    for name, text, first in draw(st.lists(st.tuples(NAMES, ODD_JSON, st.booleans()), max_size=3)):
        field = f'"{name}":{text}'.encode()
        value = b"{" + field + b"," + value[1:] if first else value[:-1] + b"," + field + b"}"
    for at, removed, inserted in draw(st.lists(EDITS, max_size=draw(st.sampled_from([0, 0, 1, 2])))):
        value = value[:at] + inserted + value[at + removed :]
    return topic, value


@settings(max_examples=tries(300), deadline=None)
@given(odd_records())
def test_the_fast_reader_takes_what_the_one_in_detail_takes_and_both_agree_with_the_oracle(
    record: tuple[str, bytes],
) -> None:
    topic, value = record
    fast, detailed = _read_fast(topic, value), _read_in_detail(topic, value)
    assert fast == detailed or (fast is None and isinstance(detailed, Refusal)) or b"NaN" in value
    found, expected = judge(topic, value, PLACES), oracle.judge(topic, value, PLACES)
    if isinstance(found, Refusal):
        assert found.reason.value == expected
    else:
        assert isinstance(expected, oracle.Accepted)
        assert canonical(found).decode() == expected.body


@given(st.binary(), st.sampled_from(sorted(SAMPLES)))
def test_no_bytes_make_it_fail(value: bytes, topic: str) -> None:
    assert isinstance(verdict(value, topic), Refusal)
    assert isinstance(topic_of_line(value), Refusal)


@pytest.mark.parametrize("topic", SAMPLES)
def test_a_line_goes_to_the_topic_of_its_type_however_wrong_the_rest_is(topic: str) -> None:
    assert topic_of_line(line(SAMPLES[topic])) == topic
    assert (
        topic_of_line(b'{"type":"x","a":' + b"9" * 5_000 + b',"type":"' + topic.encode() + b'"}\r\n') == topic
    )


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (b"hello", Reason.NOT_JSON),
        (b'["enrollment"]', Reason.NOT_JSON),
        (b'{"type":"enrollment","a":NaN}', Reason.NOT_JSON),
        (b'{"type":"enrollment","a":"\\ud800"}', Reason.NOT_JSON),
        (b'{"type":"enrollment","a":"\xff"}', Reason.NOT_JSON),
        (b'{"type":"enrollment","a":' + b"[" * 100_000, Reason.NOT_JSON),
        (b"{}", Reason.INVALID),
        (b'{"type":"enrolment"}', Reason.INVALID),
        (b'{"type":["enrollment"]}', Reason.INVALID),
        (b'{"type":"enrollment","type":null}', Reason.INVALID),
        (b"x" * (LARGEST_VALUE_BYTES + 1), Reason.TOO_LARGE),
        (line(enrollment()).ljust(4 * 1024 * 1024), Reason.TOO_LARGE),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_a_line_that_names_no_topic_or_fits_none_is_refused(value: bytes, expected: Reason) -> None:
    found = topic_of_line(value)
    assert isinstance(found, Refusal)
    assert found.reason == expected

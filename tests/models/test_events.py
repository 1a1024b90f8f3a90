"""Events: valid and invalid fields, and the canonical text."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from models.events import EVENTS, Enrollment, Event, canonical, wire_names
from models.instants import parse
from models.intake.english import PLACES, WRITE
from tests.builders import company, enrollment, event_id, inspection, line, outreach, person

ABSENT = Ellipsis
"""Value of a field that is left out. Names of tests show it, so it must look the same in every process."""
NATIONAL_ID = "3404071234567890"
PERSON = person("w1")
UUID = event_id("e1")


def raw(record: dict[str, Any]) -> bytes:
    return line({name: value for name, value in record.items() if value is not ABSENT})


def read(record: dict[str, Any]) -> Event:
    return EVENTS[record["type"]].model_validate_json(raw(record))


def valid(record: dict[str, Any]) -> bool:
    try:
        read(record)
    except ValidationError:
        return False
    return True


def full() -> list[dict[str, Any]]:
    """One event of each type with every field filled in."""
    again = {"revision": 3, "status": "cancelled"}
    return [
        enrollment(**again, company_id="NPP-1", declared="perisai-2", programs=["JKM", "JKK"]),
        outreach(**again, attendees=["w2", "w1"], companies=["NPP-2", "NPP-1"], cost_idr=5_000_000),
        inspection(**again, cost_idr=150_000),
    ]


def test_canonical_text_is_the_one_of_the_specification() -> None:
    event = read(
        enrollment(
            event_id="3f0c2b1a-0000-4000-8000-000000000001",
            source='kios "Godean" \\ é 中 \u2028',
            programs=["JP", "JKK", "JP"],
            person=None,
            occurred_at="2017-09-01T09:00:00.1234567+07:00",
            recorded_at="2017-09-01T10:30:00+07:00",
        )
    )
    assert canonical(event).decode() == (
        '{"company_id":null,"declared":null,"event_id":"3f0c2b1a-0000-4000-8000-000000000001",'
        '"kind":"worker","member_id":"w1","occurred_at":"2017-09-01T02:00:00.123456Z","person":null,'
        '"place":"34.04.07","programs":["JKK","JP"],"recorded_at":"2017-09-01T03:30:00.000000Z","revision":0,'
        '"source":"kios \\"Godean\\" \\\\ é 中 \u2028","status":"active","type":"enrollment"}'
    )


@pytest.mark.parametrize("record", [enrollment(), outreach(), inspection(), *full()])
def test_canonical_text_is_compact_json_in_key_order_and_reads_back_as_the_same_event(
    record: dict[str, Any],
) -> None:
    event = read(record)
    text = canonical(event).decode()
    compact = json.dumps(json.loads(text), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert text == compact
    assert type(event).model_validate_json(text) == event
    assert set(json.loads(text)) == set(wire_names(type(event)))


@given(st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1, max_size=64))
def test_any_text_without_control_characters_is_a_source_and_kept_untrimmed(source: str) -> None:
    event = read(enrollment(source=source))
    assert event.source == source
    assert canonical(event) == canonical(Enrollment.model_validate_json(canonical(event)))
    assert json.dumps(source, ensure_ascii=False) in canonical(event).decode()


def test_sets_are_sorted_and_repeats_dropped() -> None:
    record = outreach(companies=["b", "a", "B", "a", "_"])
    found = json.loads(canonical(read(record | {"attendees": ["cd" * 32, "ab" * 32, "cd" * 32]})))
    assert found["attendees"] == ["ab" * 32, "cd" * 32]
    assert found["companies"] == ["B", "_", "a", "b"]


def test_instants_are_whole_microseconds() -> None:
    event = read(enrollment(day=0, recorded_at="2017-09-01T10:30:00+07:00"))
    assert event.occurred_us == parse("2017-09-01T02:00:00Z")
    assert event.recorded_us == parse("2017-09-01T03:30:00Z")


def test_an_event_cannot_be_changed() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        read(enrollment()).revision = 1  # type: ignore[misc]


@pytest.mark.parametrize(
    "record",
    [
        enrollment(revision=2**31 - 1),
        enrollment(status="cancelled"),
        enrollment(company_id=None, person=None, declared=None),
        enrollment(member_id="a" * 64),
        enrollment(member_id="1" * 15),
        enrollment(member_id="1" * 17),
        enrollment(member_id="1" * 64),
        enrollment(member_id="123456789012345x"),
        enrollment(member_id="."),
        enrollment(member_id="organic", company_id="organic"),
        company("NPP-1", declared="x"),
        enrollment(programs=["JKK"] * 100),
        enrollment(source=" "),
        enrollment(source="é" * 64),
        enrollment(source="\u200d\u2028\u200e"),
        enrollment(source="NIK " + NATIONAL_ID),
        enrollment(recorded_at="1900-01-01T00:00:00Z", occurred_at="2100-12-31T23:59:59Z"),
        outreach(place="34"),
        outreach(place="34.04.07"),
        outreach(place="99.99"),
        outreach(headcount=0, attendees=["w1"]),
        outreach(headcount=10_000_000, cost_idr=10**15),
        outreach(attendees=[f"w{number}" for number in range(5_000)]),
        outreach(companies=[str(number) for number in range(1_000)]),
        inspection(stage="sanction", outcome="not_found"),
    ],
)
def test_taken(record: dict[str, Any]) -> None:
    assert valid(record)


COMMON_FAULTS: list[dict[str, Any]] = [
    *({name: ABSENT} for name in ("event_id", "occurred_at", "recorded_at", "source", "place", "type")),
    *({name: None} for name in ("event_id", "revision", "status", "occurred_at", "source", "place", "type")),
    *({"revision": found} for found in ("5", 5.0, True, -1, 2**31, 10**30, [5], 1e3)),
    *({"status": found} for found in ("Active", "gone", 1)),
    *(
        {"event_id": found}
        for found in (UUID.upper(), UUID.replace("-", ""), f"{{{UUID}}}", UUID + "\n", "1")
    ),
    {"source": NATIONAL_ID},
    *({"source": found} for found in ("", "x" * 65, "a\nb", "\x00", "\x7f", "\x85", "\x9f", 5, ["x"])),
    *({"occurred_at": found} for found in (1504231200, "2017-09-01", "2017-09-01T09:00:00", "yesterday", {})),
    *({"recorded_at": found} for found in ("2017-02-29T00:00:00Z", "1899-12-31T23:59:59Z", None, "")),
    *(
        {"place": found}
        for found in ("34.04.7", "3.04.07", "34.04.07.2001", "34-04-07", "", 34, "٣٤", "34\n")
    ),
    {"nik": "x"},
    {"type": "Enrollment"},
]


@pytest.mark.parametrize("build", [enrollment, outreach, inspection])
@pytest.mark.parametrize("fault", COMMON_FAULTS, ids=str)
def test_no_event_takes(build: Any, fault: dict[str, Any]) -> None:
    topic = build()["type"]
    with pytest.raises(ValidationError):
        EVENTS[topic].model_validate_json(raw(build(**fault)))


@pytest.mark.parametrize(
    "record",
    [
        enrollment(place="34.04"),
        enrollment(place="34"),
        enrollment(member_id=ABSENT),
        enrollment(member_id=""),
        enrollment(member_id="a" * 65),
        enrollment(member_id="a b"),
        enrollment(member_id="é"),
        enrollment(member_id="a\n"),
        enrollment(member_id=NATIONAL_ID),
        enrollment(kind="employer"),
        enrollment(company_id=""),
        enrollment(company_id=NATIONAL_ID),
        enrollment(person=PERSON.upper()),
        enrollment(person=PERSON[1:]),
        enrollment(person=NATIONAL_ID),
        enrollment(person=""),
        enrollment(declared=""),
        enrollment(declared="organic"),
        enrollment(programs=None),
        enrollment(programs="JKK"),
        enrollment(programs=["jkk"]),
        enrollment(programs=["JKP"]),
        enrollment(campaign_id="x"),
        company("NPP-1", company_id=None),
        company("NPP-1", company_id="NPP-2"),
        company("NPP-1", person=PERSON),
        outreach(campaign_id="organic"),
        outreach(campaign_id=None),
        outreach(channel="radio"),
        outreach(channel="inspection"),
        outreach(headcount=10_000_001),
        outreach(headcount=-1),
        outreach(headcount=300.0),
        outreach(headcount=ABSENT),
        outreach() | {"attendees": ["x"]},
        outreach() | {"attendees": None},
        outreach() | {"attendees": {}},
        outreach() | {"attendees": [None]},
        outreach() | {"attendees": [PERSON] * 5_001},
        outreach(companies=["a"] * 1_001),
        outreach(companies=[NATIONAL_ID]),
        outreach(cost_idr=10**15 + 1),
        outreach(cost_idr="0"),
        inspection(place="34"),
        inspection(place="34.04"),
        inspection(campaign_id="organic"),
        inspection(company_id=None),
        inspection(team="x" * 65),
        inspection(team=ABSENT),
        inspection(stage="sp3"),
        inspection(outcome="joined"),
        inspection(cost_idr=None),
    ],
)
def test_not_taken(record: dict[str, Any]) -> None:
    assert not valid(record)


def test_every_field_says_what_it_means_and_what_to_write() -> None:
    for topic, event in EVENTS.items():
        for name, attribute in wire_names(event).items():
            assert event.model_fields[attribute].description, (topic, name)
            assert name in WRITE or (name in {"type", "place"} and topic in PLACES), (topic, name)

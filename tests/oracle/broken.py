"""Every kind of line that must be refused, each with the reason that spec section 1 gives it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.builders import Event, enrollment, event_id, inspection, line, outreach

NIK = "3404071708900001"
"""The form of a national id; made up."""
ARABIC = {ord(str(digit)): 0x660 + digit for digit in range(10)}
"""Digits to those of Arabic, which are text like any other."""
SAMPLES: dict[str, Event] = {
    "enrollment": enrollment(),
    "outreach-event": outreach(),
    "inspection": inspection(),
}


@dataclass(frozen=True)
class Flaw:
    """One way to spoil a valid event; `spoil` makes the value of the record from the event."""

    name: str
    reason: str
    type: str
    spoil: Callable[[Event], bytes]


def field(reason: str, type_: str, **fields: Any) -> Flaw:
    name = ",".join(f"{key}={str(value)[:24]!r}" for key, value in fields.items())
    return Flaw(f"{type_}:{name}", reason, type_, lambda event: line(event | fields))


def without(type_: str, name: str) -> Flaw:
    def spoil(event: Event) -> bytes:
        return line({key: value for key, value in event.items() if key != name})

    return Flaw(f"{type_}: without {name}", "invalid", type_, spoil)


def raw(name: str, spoil: Callable[[bytes], bytes], reason: str = "not_json") -> Flaw:
    return Flaw(name, reason, "inspection", lambda event: spoil(line(event)))


def source_is(text: bytes) -> Callable[[bytes], bytes]:
    """Replaces the value of `source` by JSON text that no library would write."""
    return lambda value: value[:-1] + b', "source": ' + text + b"}"


NOT_JSON = [
    raw("cut off", lambda value: value[:-1]),
    raw("more after the end", lambda value: value + b"}"),
    raw("empty", lambda _: b"{"),
    raw("a list", lambda value: b"[" + value + b"]"),
    raw("a string", lambda _: b'"event"'),
    raw("null", lambda _: b"null"),
    raw("NaN", source_is(b"NaN")),
    raw("-Infinity", source_is(b"-Infinity")),
    raw("bad UTF-8", source_is(b'"\xff"')),
    raw("a surrogate in UTF-8", source_is(b'"\xed\xa0\x80"')),
    raw("half a surrogate pair", source_is(b'"\\ud83d"')),
    raw("the other half", source_is(b'"\\ude00 app"')),
    raw("half a pair in a key", lambda value: value[:-1] + b', "\\ud83d": 1}'),
    raw(
        "half a pair under a key that a later one replaces",
        lambda value: b'{"source": "\\ud83d", ' + value[1:],
    ),
    raw("a bare control character", source_is(b'"a\tb"')),
    raw("a byte order mark", lambda value: b"\xef\xbb\xbf" + value),
    raw("single quotes", lambda value: value.replace(b'"', b"'")),
    raw("a comma at the end", lambda value: value[:-1] + b",}"),
]
NATIONAL_ID = [
    field("raw_national_id", "enrollment", member_id=NIK),
    field("raw_national_id", "enrollment", person=NIK),
    field("raw_national_id", "enrollment", company_id=NIK),
    field("raw_national_id", "enrollment", declared=NIK),
    field("raw_national_id", "enrollment", event_id=NIK),
    field("raw_national_id", "enrollment", person=NIK, kind="neither"),
    field("raw_national_id", "outreach-event", attendees=["x", NIK]),
    field("raw_national_id", "outreach-event", companies=[NIK]),
    field("raw_national_id", "outreach-event", campaign_id=NIK, place="99"),
    field("raw_national_id", "inspection", company_id=NIK),
    *(field("raw_national_id", type_, source=NIK) for type_ in SAMPLES),
    *(field("raw_national_id", type_, note=NIK) for type_ in SAMPLES),
    *(field("raw_national_id", type_, **{NIK: None}) for type_ in SAMPLES),
    field("raw_national_id", "inspection", team=NIK),
    field("raw_national_id", "inspection", team=NIK, stage="none"),
    field("raw_national_id", "inspection", place=NIK),
    field("raw_national_id", "inspection", type=NIK),
    field("raw_national_id", "outreach-event", channel=[{"a": {"b": [None, NIK]}}]),
    field("raw_national_id", "enrollment", programs=["JKK", {NIK: 1}]),
    field("raw_national_id", "enrollment", source=NIK, kind="company", company_id="w1", person=None),
    raw("a national id in escapes", source_is(b'"\\u0033404071708900001"'), "raw_national_id"),
]
UNKNOWN_PLACE = [
    field("unknown_place", "enrollment", place="34.04.99"),
    field("unknown_place", "outreach-event", place="35"),
    field("unknown_place", "outreach-event", place="34.05"),
    field("unknown_place", "inspection", place="33.04.07"),
]
WRONG_INSTANTS = [
    "2017-09-01T02:00:00",
    "2017-09-01 02:00:00Z",
    "2017-09-01t02:00:00Z",
    "2017-09-01T02:00:00z",
    "2017-09-01T02:00Z",
    "2017-09-01",
    "2017-09-01T02:00:00.Z",
    "2017-09-01T02:00:00,5Z",
    "2017-09-01T02:00:00+0700",
    "2017-09-01T02:00:00+07",
    "2017-09-01T02:00:00+24:00",
    "2017-09-01T02:00:00+07:60",
    "2017-02-29T02:00:00Z",
    "2017-13-01T02:00:00Z",
    "2017-09-01T24:00:00Z",
    "2017-09-01T02:60:00Z",
    "2016-12-31T23:59:60Z",
    "1899-12-31T23:59:59Z",
    "1900-01-01T00:00:00+07:00",
    "2100-12-31T23:00:00-02:00",
    "2101-01-01T00:00:00Z",
    "\uff12017-09-01T02:00:00Z",
    " 2017-09-01T02:00:00Z",
    "2017-09-01T02:00:00Z\n",
    1504231200,
    None,
]
COMMON_INVALID: list[Event] = [
    {"revision": "5"},
    {"revision": 5.0},
    {"revision": True},
    {"revision": -1},
    {"revision": 2**31},
    {"revision": None},
    {"status": "gone"},
    {"status": None},
    {"event_id": event_id("x").upper()},
    {"event_id": event_id("x").replace("-", "")},
    {"event_id": event_id("x") + "\n"},
    {"source": ""},
    {"source": "x" * 65},
    {"source": "a\u0007b"},
    {"source": "a\u007fb"},
    {"source": "a\u0085b"},
    {"source": 7},
    {"note": None},
    {"note": int(NIK)},
    {"source": int(NIK)},
]
INVALID = [
    *(field("invalid", "inspection", occurred_at=text) for text in WRONG_INSTANTS),
    *(field("invalid", "enrollment", recorded_at=text) for text in WRONG_INSTANTS[:3]),
    *(field("invalid", type_, **fields) for type_ in SAMPLES for fields in COMMON_INVALID),
    *(
        without(type_, name)
        for type_ in SAMPLES
        for name in SAMPLES[type_]
        if name in {"event_id", "source", "place"}
    ),
    *(
        field("invalid", "enrollment", **fields)
        for fields in (
            {"member_id": ""},
            {"member_id": "w 1"},
            {"member_id": "w" * 65},
            {"member_id": "w1\n"},
            {"member_id": "wé"},
            {"member_id": None},
            {"member_id": int(NIK)},
            {"person": int(NIK)},
            {"person": NIK.translate(ARABIC)},
            {"kind": "Worker"},
            {"kind": ["worker"]},
            {"kind": "company", "person": None},
            {"kind": "company", "company_id": "c2", "person": None},
            {"kind": "company", "company_id": "w1"},
            {"company_id": "c/1"},
            {"person": "0" * 63},
            {"person": "A" * 64},
            {"place": "34.04"},
            {"place": "Depok"},
            {"place": "34.04.07\n"},
            {"declared": "organic"},
            {"declared": ""},
            {"programs": ["JKK", "JPP"]},
            {"programs": None},
            {"programs": "JKK"},
        )
    ),
    *(
        field("invalid", "outreach-event", **fields)
        for fields in (
            {"campaign_id": "organic"},
            {"campaign_id": "c" * 65},
            {"channel": "inspection"},
            {"place": "3"},
            {"place": "34.04.07.01"},
            {"headcount": -1},
            {"headcount": 10_000_001},
            {"headcount": "100"},
            {"headcount": 1e2},
            {"headcount": False},
            {"attendees": None},
            {"attendees": ["x"]},
            {"attendees": [["a" * 64]]},
            {"attendees": [f"{number:064x}" for number in range(5_001)]},
            {"companies": [f"c{number}" for number in range(1_001)]},
            {"companies": [None]},
            {"cost_idr": -1},
            {"cost_idr": 10**15 + 1},
            {"cost_idr": None},
            {"cost_idr": 10**30},
        )
    ),
    *(
        field("invalid", "inspection", **fields)
        for fields in (
            {"campaign_id": "organic"},
            {"company_id": None},
            {"team": ""},
            {"team": "x" * 65},
            {"team": "a\u001fb"},
            {"place": "34"},
            {"stage": "SP1"},
            {"outcome": "won"},
            {"cost_idr": 1.0},
        )
    ),
]
FLAWS = (NOT_JSON, NATIONAL_ID, UNKNOWN_PLACE, INVALID)
TOO_LARGE = Flaw("too large", "too_large", "inspection", lambda event: line(event).ljust(1_048_577))

"""Lines that must be refused: kinds for every reason that a single line can have."""

import json
from collections.abc import Callable
from dataclasses import dataclass

from sambung.season.dice import Dice
from sambung.season.wire import Event, as_sent, plain

FAKE_NIK = "9999990101700001"
"""Sixteen digits like a national id, of a province 99 that does not exist."""


@dataclass(frozen=True)
class Kind:
    """A way to break a line of an event type."""

    reason: str
    """The first of the spec's reasons that applies."""
    what: str
    type: str
    spoil: Callable[[Event, Dice], bytes]


def _text(change: Callable[[bytes, Dice], bytes]) -> Callable[[Event, Dice], bytes]:
    return lambda event, dice: change(plain(as_sent(event)), dice)


def _with(**changes: object) -> Callable[[Event, Dice], bytes]:
    return lambda event, _dice: plain(as_sent(event) | changes)


def _without(name: str) -> Callable[[Event, Dice], bytes]:
    return lambda event, _dice: plain({key: v for key, v in as_sent(event).items() if key != name})


def _nan(event: Event, _dice: Dice) -> bytes:
    return json.dumps(as_sent(event) | {"headcount": float("nan")}).encode()


def _cut(line: bytes, dice: Dice) -> bytes:
    return line[: dice.between(20, len(line) - 2)]


def _fake_attendee(event: Event, _dice: Dice) -> bytes:
    return plain(as_sent(event) | {"attendees": [*event["attendees"][:2], FAKE_NIK]})


def _half_surrogate(line: bytes, _dice: Dice) -> bytes:
    return line.replace(b'"source":"', b'"source":"\\ud83d', 1)


def _upper_case_id(event: Event, _dice: Dice) -> bytes:
    return plain(as_sent(event) | {"event_id": "ABCDEF" + event["event_id"][6:].upper()})


E, O, I = "enrollment", "outreach-event", "inspection"  # noqa: E741 - the table's first column but one

KINDS: tuple[Kind, ...] = (
    Kind("not_json", "cut off on the way", E, _text(_cut)),
    Kind("not_json", "cut off on the way", O, _text(_cut)),
    Kind("not_json", "bytes that are no UTF-8", I, _text(lambda line, _: line.replace(b"Tim", b"T\xedm", 1))),
    Kind("not_json", "half a surrogate pair", E, _text(_half_surrogate)),
    Kind("not_json", "a list around the event", O, _text(lambda line, _: b"[" + line + b"]")),
    Kind("not_json", "not a number", O, _nan),
    Kind("not_json", "a bare word", E, lambda _event, _dice: b"coba-kirim-ulang"),
    Kind("not_json", "single quotes", I, _text(lambda line, _: line.replace(b'"', b"'"))),
    Kind("raw_national_id", "national id as membership number", E, _with(member_id=FAKE_NIK)),
    Kind("raw_national_id", "national id instead of its hash", E, _with(person=FAKE_NIK)),
    Kind("raw_national_id", "national id among the attendees", O, _fake_attendee),
    Kind("raw_national_id", "national id as company", I, _with(company_id=FAKE_NIK)),
    Kind("invalid", "no type", E, _without("type")),
    Kind("invalid", "a type that nobody knows", E, _with(type="pendaftaran")),
    Kind("invalid", "text for a number", O, _with(headcount="120")),
    Kind("invalid", "a fraction for a number", O, _with(headcount=120.0)),
    Kind("invalid", "true for a number", E, _with(revision=True)),
    Kind("invalid", "less than nobody", O, _with(headcount=-1)),
    Kind("invalid", "more than nobody's money", I, _with(cost_idr=10**15 + 1)),
    Kind("invalid", "a field that nobody knows", E, _with(catatan="kirim besok")),
    Kind("invalid", "no time", I, _without("occurred_at")),
    Kind("invalid", "a time without its offset", E, _with(recorded_at="2017-05-02T09:00:00")),
    Kind("invalid", "a day that never was", O, _with(occurred_at="2017-02-30T09:00:00+07:00")),
    Kind("invalid", "a control character", E, _with(source="kantor\u0007diy")),
    Kind("invalid", "an empty source", I, _with(source="")),
    Kind("invalid", "a membership number with a space", E, _with(member_id="17034 0001")),
    Kind("invalid", "an event id in capitals", O, _upper_case_id),
    Kind("invalid", "organic declared", E, _with(declared="organic")),
    Kind("invalid", "an event for organic", O, _with(campaign_id="organic")),
    Kind("invalid", "a programme that nobody knows", E, _with(programs=["JKK", "JKN"])),
    Kind("invalid", "a stage that nobody knows", I, _with(stage="sp3")),
    Kind("invalid", "a member in a whole regency", E, _with(place="34.04")),
    Kind("invalid", "a place by its name", O, _with(place="Depok")),
    Kind("invalid", "a person with a letter too few", E, _with(person="ab" * 31)),
    Kind("unknown_place", "a sub-district of Klaten", E, _with(place="33.10.01")),
    Kind("unknown_place", "Magelang", O, _with(place="33.08")),
    Kind("unknown_place", "one number too many", I, _with(place="34.71.15")),
)

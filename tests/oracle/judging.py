"""The oracle's own judgement of a raw record: spec section 1, one table of checks an event type."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from tests.oracle.clock import canonical_instant, read_instant

Check = Callable[[Any], bool]
Record = dict[str, Any]

LARGEST_BYTES = 1_048_576
NATIONAL_ID = re.compile(r"[0-9]{16}")
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
PROGRAMS = ("JKK", "JKM", "JHT", "JP")
CHANNELS = (
    "wayang",
    "healthy_walk",
    "sailing_race",
    "mass_socialisation",
    "institution_meeting",
    "perisai",
    "other",
)
REQUIRED = object()
SETS = ("attendees", "companies", "programs")
INSTANTS = ("occurred_at", "recorded_at")


class KnownPlaces(Protocol):
    """What the oracle needs of the reference list of places."""

    def known(self, code: str) -> bool: ...


@dataclass(frozen=True, eq=False)
class Accepted:
    """One accepted record; `fields` is the event in canonical form, `body` its canonical text."""

    type: str
    event_id: str
    fields: Record
    body: str
    occurred_us: int
    recorded_us: int

    @property
    def active(self) -> bool:
        return bool(self.fields["status"] == "active")


def whole(low: int, high: int) -> Check:
    return lambda value: type(value) is int and low <= value <= high


def one_of(*words: str) -> Check:
    return lambda value: isinstance(value, str) and value in words


def form(pattern: str) -> Check:
    return lambda value: isinstance(value, str) and re.fullmatch(pattern, value) is not None


def text(value: object) -> bool:
    return isinstance(value, str) and 1 <= len(value) <= 64 and CONTROL.search(value) is None


def nullable(check: Check) -> Check:
    return lambda value: value is None or check(value)


def list_of(check: Check, most: int) -> Check:
    return lambda value: isinstance(value, list) and len(value) <= most and all(map(check, value))


def instant(value: object) -> bool:
    return read_instant(value) is not None


def campaign(value: object) -> bool:
    return an_id(value) and value != "organic"


uuid = form(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
an_id = form(r"[A-Za-z0-9._-]{1,64}")
person = form(r"[0-9a-f]{64}")
sub_district = form(r"[0-9]{2}\.[0-9]{2}\.[0-9]{2}")
any_level = form(r"[0-9]{2}(\.[0-9]{2}){0,2}")
rupiah = whole(0, 10**15)

Fields = dict[str, tuple[Check, Any]]

COMMON: Fields = {
    "event_id": (uuid, REQUIRED),
    "revision": (whole(0, 2**31 - 1), 0),
    "status": (one_of("active", "cancelled"), "active"),
    "occurred_at": (instant, REQUIRED),
    "recorded_at": (instant, REQUIRED),
    "source": (text, REQUIRED),
}
FIELDS: dict[str, Fields] = {
    "enrollment": COMMON
    | {
        "type": (one_of("enrollment"), REQUIRED),
        "member_id": (an_id, REQUIRED),
        "kind": (one_of("worker", "company"), REQUIRED),
        "company_id": (nullable(an_id), None),
        "person": (nullable(person), None),
        "place": (sub_district, REQUIRED),
        "declared": (nullable(campaign), None),
        "programs": (list_of(one_of(*PROGRAMS), 10**9), []),
    },
    "outreach-event": COMMON
    | {
        "type": (one_of("outreach-event"), REQUIRED),
        "campaign_id": (campaign, REQUIRED),
        "channel": (one_of(*CHANNELS), REQUIRED),
        "place": (any_level, REQUIRED),
        "headcount": (whole(0, 10_000_000), REQUIRED),
        "attendees": (list_of(person, 5_000), []),
        "companies": (list_of(an_id, 1_000), []),
        "cost_idr": (rupiah, 0),
    },
    "inspection": COMMON
    | {
        "type": (one_of("inspection"), REQUIRED),
        "campaign_id": (campaign, REQUIRED),
        "company_id": (an_id, REQUIRED),
        "team": (text, REQUIRED),
        "place": (sub_district, REQUIRED),
        "stage": (one_of("visit", "sp1", "sp2", "sanction"), REQUIRED),
        "outcome": (one_of("promised", "refused", "registered", "not_found", "other"), REQUIRED),
        "cost_idr": (rupiah, 0),
    },
}


def read_object(value: bytes) -> Record | None:
    """The JSON object in a value, of a repeated key the last; None where section 1 says `not_json`."""

    def no_number(word: str) -> None:
        raise ValueError(f"{word} is no JSON")

    try:
        record = json.loads(value.decode("utf-8"), parse_constant=no_number)
    except (ValueError, RecursionError):
        return None
    if not isinstance(record, dict) or (b"\\u" in value and _has_half_a_pair(value)):
        return None
    return record


def _has_half_a_pair(value: bytes) -> bool:
    """Looks at every string, those under a key that a later one replaces as well."""
    found: list[bool] = []

    def look(pairs: list[tuple[str, Any]]) -> Record:
        found.append(re.search("[\ud800-\udfff]", json.dumps(pairs, ensure_ascii=False)) is not None)
        return dict(pairs)

    json.loads(value.decode("utf-8"), object_pairs_hook=look)
    return any(found)


def _identifiers(record: Record) -> Iterator[object]:
    for name in ("event_id", "member_id", "company_id", "campaign_id", "declared", "person"):
        yield record.get(name)
    for name in ("attendees", "companies"):
        if isinstance(record.get(name), list):
            yield from record[name]


def _valid(topic: str, record: Record) -> bool:
    fields = FIELDS[topic]
    if not record.keys() <= fields.keys():
        return False
    for name, (check, default) in fields.items():
        if name not in record and default is REQUIRED:
            return False
        if name in record and not check(record[name]):
            return False
    if record.get("kind") != "company":
        return True
    return record.get("company_id") == record["member_id"] and record.get("person") is None


def judge(topic: str, value: bytes, places: KnownPlaces) -> Accepted | str:
    """The accepted event, or the first reason of refusal that needs no state."""
    if len(value) > LARGEST_BYTES:
        return "too_large"
    record = read_object(value)
    if record is None:
        return "not_json"
    return _reason(topic, record, places) or _accepted(topic, record)


def _reason(topic: str, record: Record, places: KnownPlaces) -> str | None:
    named = record.get("type")
    if isinstance(named, str) and named in FIELDS and named != topic:
        return "wrong_topic"
    if any(isinstance(found, str) and NATIONAL_ID.fullmatch(found) for found in _identifiers(record)):
        return "raw_national_id"
    if not _valid(topic, record):
        return "invalid"
    return None if places.known(record["place"]) else "unknown_place"


def _accepted(topic: str, record: Record) -> Accepted:
    fields: Record = {name: record.get(name, default) for name, (_, default) in FIELDS[topic].items()}
    for name in SETS:
        if name in fields:
            fields[name] = sorted(set(fields[name]))
    occurred_us, recorded_us = (read_instant(fields[name]) for name in INSTANTS)
    assert occurred_us is not None
    assert recorded_us is not None
    fields |= {
        "occurred_at": canonical_instant(occurred_us),
        "recorded_at": canonical_instant(recorded_us),
    }
    body = json.dumps(fields, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return Accepted(topic, fields["event_id"], fields, body, occurred_us, recorded_us)


def judge_line(value: bytes, places: KnownPlaces) -> Accepted | str:
    """As `sambung replay` does: a bare line goes to the topic that its `type` names."""
    topic = topic_named_by(value)
    if topic is not None:
        return judge(topic, value, places)
    return "not_json" if read_object(value) is None else "invalid"


def topic_named_by(value: bytes) -> str | None:
    record = read_object(value)
    named = record.get("type") if record else None
    return named if isinstance(named, str) and named in FIELDS else None

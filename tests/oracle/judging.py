"""The oracle's own judgement of a raw record: spec section 1."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from tests.oracle.clock import canonical_instant, read_instant
from tests.oracle.wire_form import FIELDS, REQUIRED

Record = dict[str, Any]

LARGEST_BYTES = 1_048_576
NATIONAL_ID = re.compile(r"[0-9]{16}")
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


def _texts(record: Record) -> Iterator[str]:
    """Every text in it, those that name fields as well."""
    rest: list[object] = [record]
    while rest:
        part = rest.pop()
        if isinstance(part, str):
            yield part
        elif isinstance(part, dict):
            rest += [*part.keys(), *part.values()]
        elif isinstance(part, list):
            rest += part


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
    if any(map(NATIONAL_ID.fullmatch, _texts(record))):
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
    """As `sambung replay` does: a bare line, with its end or without, goes to the topic of its `type`."""
    value = value.removesuffix(b"\n")
    topic = topic_named_by(value)
    if topic is not None:
        return judge(topic, value, places)
    return "not_json" if read_object(value) is None else "invalid"


def topic_named_by(value: bytes) -> str | None:
    record = read_object(value)
    named = record.get("type") if record else None
    return named if isinstance(named, str) and named in FIELDS else None

"""Many ways to write one event: all of them mean the same, so none may change a row."""

import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from random import Random
from typing import Any

from tests.builders import Event, line

DEFAULTS: Event = {
    "revision": 0,
    "status": "active",
    "company_id": None,
    "person": None,
    "declared": None,
    "programs": [],
    "attendees": [],
    "companies": [],
}
OFFSETS = (timedelta(hours=7), timedelta(hours=9), timedelta(hours=-3, minutes=-30), timedelta(0))


def plain(_: Random, event: Event) -> bytes:
    return line(event)


def shuffled(rng: Random, event: Event) -> bytes:
    """Keys and lists in another order, spaces between."""
    names = list(event)
    rng.shuffle(names)
    turned = {name: event[name][::-1] if isinstance(event[name], list) else event[name] for name in names}
    return b" " + json.dumps(turned, ensure_ascii=False, separators=(" ,\t", " : ")).encode() + b"\r"


def abroad(rng: Random, event: Event) -> bytes:
    """Instants on another clock, with digits beyond the microsecond."""
    zone = timezone(rng.choice(OFFSETS))
    moved = {}
    for name in ("occurred_at", "recorded_at"):
        local = datetime.fromisoformat(event[name]).astimezone(zone).isoformat(timespec="microseconds")
        moved[name] = re.sub(r"(\.[0-9]{6})", r"\g<1>999", local)
    return line(event | moved)


def terse(_: Random, event: Event) -> bytes:
    """Defaults left out, fractions of a second cut where they are zero."""
    short = {name: value for name, value in event.items() if not _is_default(name, value)}
    for name in ("occurred_at", "recorded_at"):
        short[name] = re.sub(r"\.?0+Z$", "Z", short[name]) if "." in short[name] else short[name]
    return line(short)


def _is_default(name: str, value: Any) -> bool:
    return name in DEFAULTS and DEFAULTS[name] == value and type(DEFAULTS[name]) is type(value)


def spelled_out(_: Random, event: Event) -> bytes:
    """Defaults written; keys and values in escapes, beyond the first plane by both halves of a pair."""
    own = {name: value for name, value in DEFAULTS.items() if _has(event["type"], name)}
    escaped = json.dumps(own | event, ensure_ascii=True).encode()
    return escaped.replace(b'"status": "a', b'"\\u0073tatus": "\\u0061')


def _has(type_: str, name: str) -> bool:
    of_enrollment = name in {"company_id", "person", "declared", "programs"}
    of_outreach = name in {"attendees", "companies"}
    return (not of_enrollment or type_ == "enrollment") and (not of_outreach or type_ == "outreach-event")


def repeated(_: Random, event: Event) -> bytes:
    """Members of sets twice, and a key twice: the last counts."""
    twice = {name: value * 2 if isinstance(value, list) else value for name, value in event.items()}
    return b'{"source": {"source": [null]}, ' + line(twice)[1:]


DISGUISES: tuple[Callable[[Random, Event], bytes], ...] = (
    plain,
    shuffled,
    abroad,
    terse,
    spelled_out,
    repeated,
)

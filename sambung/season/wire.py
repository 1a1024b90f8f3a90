"""Events as field apps spell them: one JSON object a line, each app with its own habits."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from models.instants import DAY_US, SECOND_US
from sambung.season.almanac import EPOCH, MINUTE_US

Event = dict[str, Any]
"""An event with its instants as whole microseconds, in the order of the spec's fields."""

INSTANTS = ("occurred_at", "recorded_at")
DEFAULTS: Mapping[str, object] = {
    "revision": 0,
    "status": "active",
    "company_id": None,
    "person": None,
    "declared": None,
    "programs": [],
    "attendees": [],
    "companies": [],
    "cost_idr": 0,
}


@dataclass(frozen=True)
class Habit:
    """How one app writes."""

    offset_minutes: int | None = 7 * 60
    """None is `Z`."""
    fraction: str = ""
    """Zeros of the second's fraction, with the dot."""
    terse: bool = False
    """Leaves out what has its default."""


HABITS = {
    "sipp-online": Habit(),
    "kantor-diy": Habit(offset_minutes=None),
    "bpjstku": Habit(offset_minutes=None, fraction=".000"),
    "aplikasi-perisai": Habit(terse=True),
    "aplikasi-acara": Habit(offset_minutes=None),
    "daftar-kertas": Habit(terse=True),
    "tim-deteksi-dini": Habit(),
}


def line(event: Event) -> bytes:
    """As the app that sends it does, with the line's end."""
    return plain(fields(event, HABITS[event["source"]])) + b"\n"


def plain(body: object) -> bytes:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def fields(event: Event, habit: Habit) -> Event:
    """The JSON object of an event: instants as text, defaults left out where the app does so."""
    body = {name: instant_text(value, habit) if name in INSTANTS else value for name, value in event.items()}
    if habit.terse:
        return {name: v for name, v in body.items() if name not in DEFAULTS or v != DEFAULTS[name]}
    return body


def instant_text(at_us: int, habit: Habit) -> str:
    """RFC 3339, in the app's own way.

    >>> instant_text(1504231200000000, Habit())
    '2017-09-01T09:00:00+07:00'
    """
    shift = habit.offset_minutes or 0
    days, rest_us = divmod(at_us + shift * MINUTE_US, DAY_US)
    seconds = rest_us // SECOND_US
    clock = f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
    return f"{_day_text(days)}T{clock}{habit.fraction}{_offset_text(habit.offset_minutes)}"


@cache
def _day_text(days_since_epoch: int) -> str:
    return date.fromordinal(EPOCH + days_since_epoch).isoformat()


def _offset_text(minutes: int | None) -> str:
    if minutes is None:
        return "Z"
    sign = "-" if minutes < 0 else "+"
    return f"{sign}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"

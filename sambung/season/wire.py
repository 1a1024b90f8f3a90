"""Events as field apps write them: one JSON object per line, each app with its own habits."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from models.instants import DAY_US, SECOND_US
from sambung.season.almanac import EPOCH, MINUTE_US
from sambung.season.dice import Dice

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
    """The style of an app."""

    offset_minutes: int | None = 7 * 60
    """None is `Z`."""
    fraction: str = ""
    """Zeros of the second's fraction, with the dot."""
    terse: bool = False
    """Leaves out fields that have their default."""


HABITS = {
    "sipp-online": Habit(),
    "kantor-diy": Habit(offset_minutes=None),
    "bpjstku": Habit(offset_minutes=None, fraction=".000"),
    "aplikasi-perisai": Habit(terse=True),
    "aplikasi-acara": Habit(offset_minutes=None),
    "daftar-kertas": Habit(terse=True),
    "tim-deteksi-dini": Habit(),
}

OFFSETS = (None, 0, 7 * 60, 8 * 60, 9 * 60, -3 * 60 - 30)
FRACTIONS = ("", ".0", ".000", ".000000", ".000000000")
SETS = ("attendees", "companies", "programs")


def line(event: Event) -> bytes:
    """As its app writes it, with the line's end."""
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


def respell(event: Event, dice: Dice) -> bytes:
    """The same event with another order of keys and sets, other spaces and another time offset."""
    habit = Habit(dice.pick(OFFSETS), dice.pick(FRACTIONS), dice.chance(500))
    body = fields(event, habit)
    for name in SETS:
        if body.get(name):
            body[name] = dice.shuffled(body[name] + body[name][:1])
    body = dict(dice.shuffled(list(body.items())))
    style = dice.below(4)
    if style == 0:
        return plain(body) + b" \r\n"
    if style == 1:
        return _repeated_key(body) + b"\n"
    return json.dumps(body, ensure_ascii=style == 2).encode() + b"\n"


def _repeated_key(body: Event) -> bytes:
    """The first `place` is wrong; of a repeated key the last value counts."""
    return b'{"place":"34",' + plain(body)[1:]


def as_sent(event: Event) -> Event:
    return fields(event, HABITS[event["source"]])

"""Other ways to write the same event: what a resend looks like after a second app has had it in hand."""

import json

from sambung.season.dice import Dice
from sambung.season.wire import HABITS, Event, Habit, fields, plain

OFFSETS = (None, 0, 7 * 60, 8 * 60, 9 * 60, -3 * 60 - 30)
FRACTIONS = ("", ".0", ".000", ".000000", ".000000000")
SETS = ("attendees", "companies", "programs")


def respell(event: Event, dice: Dice) -> bytes:
    """Other keys first, other spaces, another offset, sets in another order: the same event all the same."""
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
    """The first `place` is a slip of the form; of a repeated key the last counts."""
    return b'{"place":"34",' + plain(body)[1:]


def as_sent(event: Event) -> Event:
    return fields(event, HABITS[event["source"]])

"""Errors of an event, as sentences that a field team can act on."""

import json
from collections.abc import Mapping
from typing import Final, get_args

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from models.events import EVENTS, Channel, wire_names
from models.intake.json_text import BEYOND_ANY_FIELD
from models.intake.masking import mask_text
from models.intake.national_ids import Found, NationalIds, Step

MAX_SENTENCES: Final = 20
MAX_SHOWN_CHARACTERS: Final = 60
"""Of a wrong text."""
MAX_STEPS: Final = 4
"""Of the path to a nested text."""

_ID = "(1 to 64 of A-Z a-z 0-9 . _ -)"
_INSTANT = "a real date and time of 1900 to 2100 with its offset, such as 2017-09-01T09:00:00+07:00"
_SUB_DISTRICT = "a sub-district's code, such as 34.04.07"

WRITE: Final[Mapping[str, str]] = {
    "event_id": "the event's UUID, 36 characters in lower case",
    "revision": "a whole number from 0 to 2147483647, without quotes",
    "status": "active or cancelled",
    "occurred_at": _INSTANT,
    "recorded_at": _INSTANT,
    "source": "the app or team in 1 to 64 characters, without control characters",
    "member_id": f"the membership number {_ID}, never a national id",
    "kind": "worker or company",
    "company_id": f"the company's registration number {_ID}, never a national id",
    "person": "the 64 characters that `sambung person` makes of the national id, or null",
    "declared": f"the id of a campaign {_ID}, but not organic, or null",
    "programs": "a list of JKK, JKM, JHT and JP, or []",
    "campaign_id": f"the id of the campaign {_ID}, but not organic",
    "channel": f"one of {', '.join(get_args(Channel))}",
    "headcount": "a whole number from 0 to 10000000, without quotes",
    "attendees": "a list of at most 5000 of the 64 characters that `sambung person` makes, or []",
    "companies": f"a list of at most 1000 registration numbers {_ID}, or []",
    "cost_idr": "whole rupiah from 0 to 1000000000000000, without quotes",
    "team": "the team's name in 1 to 64 characters, without control characters",
    "stage": "visit, sp1, sp2 or sanction",
    "outcome": "promised, refused, registered, not_found or other",
}
"""Valid values by field."""
PLACES: Final[Mapping[str, str]] = {
    "enrollment": _SUB_DISTRICT,
    "outreach-event": "the code of a province (34), a regency (34.04) or a sub-district (34.04.07)",
    "inspection": _SUB_DISTRICT,
}
"""Valid values of `place` by event type."""
TYPES: Final = ", ".join(EVENTS)
_LIKE_A_NATIONAL_ID: Final = "exactly 16 digits, as a national id (NIK) has: never send one."


def invalid_fields(topic: str, problem: ValidationError) -> tuple[str, ...]:
    """One sentence per wrong field, up to MAX_SENTENCES."""
    errors = problem.errors(include_url=False, include_context=False)
    sentences = [_sentence(topic, error) for error in errors[:MAX_SENTENCES]]
    if len(errors) > MAX_SENTENCES:
        sentences.append(f"{len(errors) - MAX_SENTENCES:,} more fields or entries are wrong.")
    return tuple(sentences)


def national_ids(topic: str, found: NationalIds) -> tuple[str, ...]:
    """One sentence per national id with its location, up to MAX_SENTENCES."""
    sentences = [_contains_national_id(topic, one) for one in found.first]
    if found.more:
        sentences.append(f"{found.more:,} more texts have exactly 16 digits.")
    return tuple(sentences)


def unknown_place(code: str) -> tuple[str, ...]:
    problem = f"`place` is {code}, which the list of known places lacks"
    return (f"{problem}; write a code of the list, or have the list completed and this record replayed.",)


def names_no_topic(record: Mapping[str, object]) -> tuple[str, ...]:
    found = _describe(record["type"]) if "type" in record else "missing"
    return (f"`type` is {found}; write one of {TYPES}.",)


def _sentence(topic: str, error: ErrorDetails) -> str:
    if not error["loc"]:
        return error["msg"]
    field, *entry = error["loc"]
    if error["type"] == "extra_forbidden":
        known = ", ".join(wire_names(EVENTS[topic]))
        return f"{_quoted(str(field))} is no field of this event; leave it out, or use one of {known}."
    wanted = _wanted(topic, str(field))
    if error["type"] == "missing":
        return f"`{field}` is missing; write {wanted}."
    if error["type"] == "too_long":
        return f"`{field}` has too many entries; write {wanted}."
    where = f"entry {entry[0] + 1:,} of `{field}`" if entry and isinstance(entry[0], int) else f"`{field}`"
    return f"{where} is {_describe(error['input'])}; write {wanted}."


def _wanted(topic: str, field: str) -> str:
    return {"type": topic, "place": PLACES[topic]}.get(field) or WRITE[field]


def _contains_national_id(topic: str, found: Found) -> str:
    if found.is_name:
        inside = f" in {_location(found.path)}" if found.path else ""
        return f"the name of a field{inside} has {_LIKE_A_NATIONAL_ID} Leave that field out."
    field = str(found.path[0])
    known = field in wire_names(EVENTS[topic])
    advice = f"Write {_wanted(topic, field)}." if known else "Leave that field out."
    return f"{_location(found.path)} holds {_LIKE_A_NATIONAL_ID} {advice}"


def _location(path: tuple[Step, ...]) -> str:
    """Location of a text, from the inside out: entry 3 of `attendees`."""
    where, inner = _step(path[0]), path[1:]
    if len(inner) >= MAX_STEPS:
        where, inner = f"something in {where}", inner[-2:]
    for step in inner:
        where = f"{_step(step)} {'of' if isinstance(step, int) else 'in'} {where}"
    return where


def _step(step: Step) -> str:
    if isinstance(step, int):
        return f"entry {step + 1:,}"
    return f"`{step}`" if step in WRITE or step in {"type", "place"} else _quoted(step)


def _describe(value: object) -> str:
    match value:
        case str():
            return f"the text {_quoted(value)}"
        case list() | tuple():
            return "a list"
        case dict():
            return "an object"
        case int() | float() if abs(value) >= BEYOND_ANY_FIELD:
            return "a number of more than 20 digits"
    return mask_text(json.dumps(value))


def _quoted(text: str) -> str:
    """Masked before the cut, so that no part of a national id shows, and after, as it can leave 16 digits."""
    hidden = mask_text(text)
    long = len(hidden) > MAX_SHOWN_CHARACTERS
    cut = hidden[:MAX_SHOWN_CHARACTERS] + "…" if long else hidden
    quoted = f'"{cut}"' if cut.isprintable() else json.dumps(cut)
    return mask_text(quoted) + (f" of {len(text):,} characters" if long else "")

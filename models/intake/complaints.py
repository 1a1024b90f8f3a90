"""Errors of an event, as sentences that a field team can act on, in any language."""

import json
from collections.abc import Mapping, Sequence
from typing import Final

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from models.events import EVENTS, wire_names
from models.intake.english import TYPES, WRITE
from models.intake.json_text import BEYOND_ANY_FIELD
from models.intake.masking import mask_text
from models.intake.national_ids import Found, NationalIds, Step
from models.intake.phrases import Complaint, Phrase, phrase

MAX_SENTENCES: Final = 20
MAX_SHOWN_CHARACTERS: Final = 60
"""Of a wrong text."""
MAX_STEPS: Final = 4
"""Of the path to a nested text."""
_OF_TWO_FIELDS: Final = {
    "company_id": ("/company_id", phrase("company differs")),
    "person": ("/person", phrase("person of a company")),
}
"""By the type of pydantic's error."""

Complaints = tuple[Complaint, ...]


def whole(sentence: Phrase) -> Complaints:
    """One on the event as a whole."""
    return (Complaint("", sentence),)


def invalid_fields(topic: str, problem: ValidationError) -> Complaints:
    """One per wrong field, up to MAX_SENTENCES."""
    errors = problem.errors(include_url=False, include_context=False)
    complaints = [_wrong_field(topic, error) for error in errors[:MAX_SENTENCES]]
    if len(errors) > MAX_SENTENCES:
        complaints += whole(phrase("more wrong", count=len(errors) - MAX_SENTENCES))
    return tuple(complaints)


def national_ids(topic: str, found: NationalIds) -> Complaints:
    """One per national id with its location, up to MAX_SENTENCES."""
    complaints = [Complaint(_pointer(one.path), _contains_national_id(topic, one)) for one in found.first]
    if found.more:
        complaints += whole(phrase("more ids", count=found.more))
    return tuple(complaints)


def unknown_place(code: str) -> Complaints:
    return (Complaint("/place", phrase("unknown place", code=code)),)


def names_no_topic(record: Mapping[str, object]) -> Complaints:
    found = _describe(record["type"]) if "type" in record else phrase("absent")
    return (Complaint("/type", phrase("names no topic", found=found, types=TYPES)),)


def _wrong_field(topic: str, error: ErrorDetails) -> Complaint:
    if not error["loc"]:
        return Complaint(*_OF_TWO_FIELDS.get(error["type"], ("", phrase("as is", text=error["msg"]))))
    return Complaint(_pointer(error["loc"]), _sentence(topic, error))


def _sentence(topic: str, error: ErrorDetails) -> Phrase:
    field, *entry = error["loc"]
    if error["type"] == "extra_forbidden":
        known = ", ".join(wire_names(EVENTS[topic]))
        return phrase("no field", name=_quoted(str(field)), known=known)
    wanted = _wanted(topic, str(field))
    if error["type"] == "missing":
        return phrase("missing", field=str(field), wanted=wanted)
    if error["type"] == "too_long":
        return phrase("too many entries", field=str(field), wanted=wanted)
    where = phrase("field", name=str(field))
    if entry and isinstance(entry[0], int):
        where = phrase("entry of", number=entry[0] + 1, where=where)
    return phrase("wrong", where=where, found=_describe(error["input"]), wanted=wanted)


def _wanted(topic: str, field: str) -> Phrase | str:
    if field == "type":
        return topic
    return phrase(f"write place of {topic}" if field == "place" else f"write {field}")


def _contains_national_id(topic: str, found: Found) -> Phrase:
    if found.is_name:
        if not found.path:
            return phrase("id as a name")
        return phrase("id as a name in", where=_location(found.path))
    field, where = str(found.path[0]), _location(found.path)
    if field in wire_names(EVENTS[topic]):
        return phrase("id in a field", where=where, wanted=_wanted(topic, field))
    return phrase("id elsewhere", where=where)


def _location(path: tuple[Step, ...]) -> Phrase:
    """Location of a text, from the inside out: entry 3 of `attendees`."""
    where, inner = _step(path[0]), path[1:]
    if len(inner) >= MAX_STEPS:
        where, inner = phrase("something in", where=where), inner[-2:]
    for step in inner:
        if isinstance(step, int):
            where = phrase("entry of", number=step + 1, where=where)
        else:
            where = phrase("field in", name=_step(step), where=where)
    return where


def _step(step: Step) -> Phrase:
    if isinstance(step, int):
        return phrase("entry", number=step + 1)
    return phrase("field", name=step) if step in WRITE or step in {"type", "place"} else _quoted(step)


def _pointer(path: Sequence[Step]) -> str:
    """Masked, and cut before a name that is too long to show."""
    pointer = ""
    for step in path:
        if isinstance(step, str) and len(step) > MAX_SHOWN_CHARACTERS:
            break
        pointer += "/" + str(step).replace("~", "~0").replace("/", "~1")
    return mask_text(pointer)


def _describe(value: object) -> Phrase:
    match value:
        case str():
            return phrase("text", quoted=_quoted(value))
        case list() | tuple():
            return phrase("list")
        case dict():
            return phrase("object")
        case int() | float() if abs(value) >= BEYOND_ANY_FIELD:
            return phrase("huge number")
    return phrase("as is", text=mask_text(json.dumps(value)))


def _quoted(text: str) -> Phrase:
    """Masked before the cut, so that no part of a national id shows, and after, as it can leave 16 digits."""
    hidden = mask_text(text)
    long = len(hidden) > MAX_SHOWN_CHARACTERS
    cut = hidden[:MAX_SHOWN_CHARACTERS] + "…" if long else hidden
    quoted = mask_text(f'"{cut}"' if cut.isprintable() else json.dumps(cut))
    return phrase("long text", quoted=quoted, length=len(text)) if long else phrase("as is", text=quoted)

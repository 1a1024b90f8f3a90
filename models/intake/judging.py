"""Judges one raw record: the event in it, or why it is refused (docs/spec.md, section 1)."""

from itertools import islice
from typing import Any, Final, get_args

import msgspec
from pydantic import ValidationError

from models.events import EVENTS, Event, Program
from models.intake import complaints
from models.intake.json_text import read_object, write_shallow
from models.intake.keeping import RawHeaders
from models.intake.national_ids import national_ids_in
from models.intake.refusal import Reason, Refusal
from models.intake.usual_enrollment import read_usual_enrollment
from models.places import Places

LARGEST_VALUE_BYTES: Final = 1_048_576
LARGEST_PUBLISHED_BYTES: Final = 4 * 1024 * 1024 - 4096
"""Of a line that can be sent at all: public topics take 4 MiB, less room for key, headers and framing."""

_PROGRAMS: Final = get_args(Program)
_LONGEST_LIST: Final = 5_000
"""Entries of the longest list that an event may have but for `programs`, which only may repeat themselves."""


def judge(
    topic: str,
    key: bytes | None,  # noqa: ARG001  never judged: a record with a wrong key is put where it belongs
    value: bytes | None,
    headers: RawHeaders,  # noqa: ARG001  never judged: they mean nothing to an event
    places: Places,
) -> Event | Refusal:
    """The event in a record of a public topic, or the first reason of refusal that needs no state.

    A valid record is parsed once; only what the fast reader does not take is looked at in detail.
    """
    found = _read_fast(topic, value) or _read_in_detail(topic, value)
    if isinstance(found, Refusal) or places.known(found.place):
        return found
    return Refusal(Reason.UNKNOWN_PLACE, complaints.unknown_place(found.place))


def topic_of_line(line: bytes) -> str | Refusal:
    """The topic that a line asks for by its `type`; a refusal where it names none or cannot be sent."""
    if len(line) > LARGEST_PUBLISHED_BYTES:
        return _too_large(line)
    try:
        found = msgspec.json.decode(line)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        found = read_object(line)
    named = found.get("type") if isinstance(found, dict) else None
    if isinstance(named, str) and named in EVENTS:
        return named
    return _names_no_topic(line)


def _read_fast(topic: str, value: bytes | None) -> Event | None:
    """The event of most records; None where it takes a closer look."""
    if value is None or len(value) > LARGEST_VALUE_BYTES:
        return None
    if topic == "enrollment" and (enrollment := read_usual_enrollment(value)):
        return enrollment
    try:
        event = EVENTS[topic].model_validate_json(value)
    except ValidationError:
        return None
    # The fast reader lets these through under a key that is repeated later.
    return None if b"NaN" in value or b"Infinity" in value else event


def _read_in_detail(topic: str, value: bytes | None) -> Event | Refusal:
    record = _object_in(value)
    if isinstance(record, Refusal):
        return record
    named = record.get("type")
    if isinstance(named, str) and named != topic and named in EVENTS:
        problem = f"This event is of type {named}, but came on topic {topic}; send it to topic {named}."
        return Refusal(Reason.WRONG_TOPIC, (problem,))
    national_ids = national_ids_in(record, complaints.MOST_SENTENCES)
    if national_ids.first:
        return Refusal(Reason.RAW_NATIONAL_ID, complaints.national_ids(topic, national_ids))
    try:
        return EVENTS[topic].model_validate_json(write_shallow(_bounded(record)))
    except ValidationError as problems:
        return Refusal(Reason.INVALID, complaints.invalid_fields(topic, problems))


def _object_in(value: bytes | None) -> dict[str, Any] | Refusal:
    if value is None:
        return Refusal(Reason.NOT_JSON, ("The record has no value; send the event as one JSON object.",))
    if len(value) > LARGEST_VALUE_BYTES:
        return _too_large(value)
    record = read_object(value)
    return Refusal(Reason.NOT_JSON, (record,)) if isinstance(record, str) else record


def _bounded(record: dict[str, Any]) -> dict[str, Any]:
    """The record with lists only as long as it takes to find it invalid.

    Pydantic tells of each wrong entry, and half a million of them would take seconds.
    """
    lists = {name: _bounded_list(name, found) for name, found in record.items() if isinstance(found, list)}
    return record | lists


def _bounded_list(name: str, entries: list[Any]) -> list[Any]:
    if name != "programs":
        return entries[: _LONGEST_LIST + 1]
    wrong = (at for at, entry in enumerate(entries) if entry not in _PROGRAMS)
    return entries[: max(_LONGEST_LIST, next(islice(wrong, complaints.MOST_SENTENCES, None), len(entries)))]


def _too_large(value: bytes) -> Refusal:
    problem = f"The event has {len(value):,} bytes; at most {LARGEST_VALUE_BYTES:,} are taken. Shorten it, "
    return Refusal(Reason.TOO_LARGE, (problem + "or share its attendees among several events.",))


def _names_no_topic(line: bytes) -> Refusal:
    record = _object_in(line)
    if isinstance(record, Refusal):
        return record
    return Refusal(Reason.INVALID, complaints.names_no_topic(record))

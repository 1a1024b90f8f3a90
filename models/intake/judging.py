"""Validation of one raw record: its event, or its refusal (docs/spec.md, section 1)."""

from itertools import islice
from typing import Any, Final, get_args

import msgspec
from pydantic import ValidationError

from models.events import EVENTS, Event, Program
from models.intake import complaints
from models.intake.json_text import read_object, write_shallow
from models.intake.national_ids import national_ids_in
from models.intake.phrases import phrase
from models.intake.refusal import Reason, Refusal, refusal
from models.places import Places

LARGEST_VALUE_BYTES: Final = 1_048_576
LARGEST_PUBLISHED_BYTES: Final = 4 * 1024 * 1024 - 4096
"""Largest line that can be sent: public topics take 4 MiB, less room for key, headers and framing."""

_PROGRAMS: Final = get_args(Program)
_MAX_LIST_ENTRIES: Final = 5_000
"""Of any list of an event but `programs`, whose few values may repeat."""
_MAX_FAST_COMMAS: Final = 10_000
"""A valid record has more only if it repeats programs, and pydantic takes a second for a list of 300,000."""


class _Typed(msgspec.Struct):
    type: Any = None


_typed = msgspec.json.Decoder(_Typed).decode


def judge(topic: str, value: bytes | None, places: Places) -> Event | Refusal:
    """The event in a record of a public topic, or the first reason of refusal that needs no state.

    Key and headers decide nothing. A valid record is parsed once; others are read again in detail.
    """
    found = _read_fast(topic, value) or _read_in_detail(topic, value)
    if isinstance(found, Refusal) or places.known(found.place):
        return found
    return refusal(Reason.UNKNOWN_PLACE, complaints.unknown_place(found.place))


def judge_line(line: bytes, places: Places) -> Event | Refusal:
    """The same for a line that names its topic by its `type`."""
    try:
        topic = _typed(line).type
    except (msgspec.MsgspecError, ValueError, RecursionError):
        topic = None
    if not isinstance(topic, str) or topic not in EVENTS:
        topic = topic_of_line(line)
    return topic if isinstance(topic, Refusal) else judge(topic, line, places)


def topic_of_line(line: bytes) -> str | Refusal:
    """The topic that a line names by its `type`; a refusal if it names none or cannot be sent."""
    if len(line) > LARGEST_PUBLISHED_BYTES:
        return too_large(line)
    try:
        found = msgspec.json.decode(line)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        found = read_object(line)
    topic = found.get("type") if isinstance(found, dict) else None
    if isinstance(topic, str) and topic in EVENTS:
        return topic
    return _names_no_topic(line)


def _read_fast(topic: str, value: bytes | None) -> Event | None:
    """The event of a valid record; None for a record to read in detail."""
    if value is None or len(value) > LARGEST_VALUE_BYTES or value.count(b",") > _MAX_FAST_COMMAS:
        return None
    try:
        event = EVENTS[topic].model_validate_json(value)
    except ValidationError:
        return None
    # Pydantic accepts these under a key that is repeated later.
    return None if b"NaN" in value or b"Infinity" in value else event


def _read_in_detail(topic: str, value: bytes | None) -> Event | Refusal:
    record = _object_in(value)
    if isinstance(record, Refusal):
        return record
    stated = record.get("type")
    if isinstance(stated, str) and stated != topic and stated in EVENTS:
        problem = phrase("wrong topic", stated=stated, topic=topic)
        return refusal(Reason.WRONG_TOPIC, complaints.whole(problem))
    national_ids = national_ids_in(record, complaints.MAX_SENTENCES)
    if national_ids.first:
        return refusal(Reason.RAW_NATIONAL_ID, complaints.national_ids(topic, national_ids))
    try:
        return EVENTS[topic].model_validate_json(write_shallow(_bounded(record)))
    except ValidationError as problems:
        return refusal(Reason.INVALID, complaints.invalid_fields(topic, problems))


def _object_in(value: bytes | None) -> dict[str, Any] | Refusal:
    if value is None:
        return refusal(Reason.NOT_JSON, complaints.whole(phrase("no value")))
    if len(value) > LARGEST_VALUE_BYTES:
        return too_large(value)
    record = read_object(value)
    return record if isinstance(record, dict) else refusal(Reason.NOT_JSON, complaints.whole(record))


def _bounded(record: dict[str, Any]) -> dict[str, Any]:
    """The record with its lists cut to a length that is still invalid.

    Pydantic reports each wrong entry, and half a million of them would take seconds.
    """
    lists = {name: _bounded_list(name, found) for name, found in record.items() if isinstance(found, list)}
    return record | lists


def _bounded_list(name: str, entries: list[Any]) -> list[Any]:
    if name != "programs":
        return entries[: _MAX_LIST_ENTRIES + 1]
    wrong = (at for at, entry in enumerate(entries) if entry not in _PROGRAMS)
    return entries[
        : max(_MAX_LIST_ENTRIES, next(islice(wrong, complaints.MAX_SENTENCES, None), len(entries)))
    ]


def too_large(value: bytes) -> Refusal:
    problem = phrase("too large", size=len(value), most=LARGEST_VALUE_BYTES)
    return refusal(Reason.TOO_LARGE, complaints.whole(problem))


def _names_no_topic(line: bytes) -> Refusal:
    record = _object_in(line)
    if isinstance(record, Refusal):
        return record
    return refusal(Reason.INVALID, complaints.names_no_topic(record))

"""One event of a request: what the stream would say of it, and what is kept if it is refused."""

from typing import Any, Final, NamedTuple, TypeVar

import msgspec
from pydantic import ConfigDict, TypeAdapter, ValidationError

from api.intake.national_ids import cleaned, unreadable
from models.events import Event
from models.fields import EventId, Revision
from models.instants import DAY_US
from models.intake import complaints
from models.intake.json_text import depth
from models.intake.judging import LARGEST_VALUE_BYTES, judge_line, too_large
from models.intake.phrases import Complaint, phrase
from models.intake.refusal import Reason, Refusal, refusal
from models.places import Places

Found = TypeVar("Found")

MAX_DEPTH: Final = 16
"""Levels of lists and objects; an event has two."""
_AFTER_INVALID: Final = frozenset({Reason.INVALID, Reason.UNKNOWN_PLACE})
"""Reasons that come no earlier than wrong national ids."""


class Refused(NamedTuple):
    """An event that is refused."""

    value: bytes
    refusal: Refusal
    kept: bytes
    """Its bytes, without what stood in fields for national ids."""


def verdict_on(value: bytes, places: Places, person_key: bytes | None) -> Event | Refused:
    """Raises NoPersonKey."""
    if len(value) > LARGEST_VALUE_BYTES:
        return Refused(value, too_large(value), unreadable(value))
    if _is_too_deep(value):
        too_deep = complaints.whole(phrase("too deep", levels=MAX_DEPTH))
        return Refused(value, refusal(Reason.INVALID, too_deep), unreadable(value))
    event = cleaned(value, person_key)
    found = judge_line(event.value, places)
    if event.complaints:
        return Refused(value, _with(event.complaints, found), event.kept)
    if not isinstance(found, Refusal):
        return found
    return Refused(value, found, unreadable(event.kept) if found.reason is Reason.NOT_JSON else event.kept)


def _with(wrong_ids: tuple[Complaint, ...], found: Event | Refusal) -> Refusal:
    if isinstance(found, Refusal) and found.reason not in _AFTER_INVALID:
        return found
    others = found.complaints if isinstance(found, Refusal) and found.reason is Reason.INVALID else ()
    return refusal(Reason.INVALID, wrong_ids + others)


def _is_too_deep(value: bytes) -> bool:
    if value.count(b"[") + value.count(b"{") <= MAX_DEPTH:
        return False
    return depth(value.decode(errors="replace"), MAX_DEPTH) > MAX_DEPTH


class _Identity(msgspec.Struct):
    """Of an event, whatever else it has."""

    event_id: Any = None
    revision: Any = 0


_identity = msgspec.json.Decoder(_Identity).decode
_EVENT_ID: Final = TypeAdapter(EventId, config=ConfigDict(strict=True))
_REVISION: Final = TypeAdapter(Revision, config=ConfigDict(strict=True))


def identity_of(value: bytes) -> tuple[str | None, int | None]:
    """Id and revision of a refused event, each None where it cannot be read. Neither can be a national id."""
    try:
        found = _identity(value)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return None, None
    return _valid(_EVENT_ID, found.event_id), _valid(_REVISION, found.revision)


def _valid(adapter: TypeAdapter[Found], value: Any) -> Found | None:
    try:
        return adapter.validate_python(value)
    except ValidationError:
        return None


def warnings_of(event: Event, now_us: int) -> tuple[Complaint, ...]:
    """What may be wrong with an event that is accepted."""
    if event.recorded_us <= now_us + DAY_US:
        return ()
    return (Complaint("/recorded_at", phrase("clock ahead")),)

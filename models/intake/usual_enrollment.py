"""The enrollment in most records, read in two thirds of pydantic's time (6.7 us instead of 9.9).

What is read here, `models.events.Enrollment` would read alike; that class alone says what an enrollment is.
Whatever is unusual is left to it, so nothing here refuses anything. Types, choices and lengths are checked
while JSON is decoded, all texts at once by one expression over their lines: a text that held a line's end
would make a line too many.
"""

import re
from functools import lru_cache
from typing import Annotated, Any, Final, Literal

import msgspec
from msgspec import Meta

from models import instants
from models.events import Enrollment, Program, Status
from models.fields import (
    EVENT_ID,
    ID,
    LARGEST_REVISION,
    LONGEST_ID,
    LONGEST_TEXT,
    PERSON,
    SUB_DISTRICT,
    TEXT,
    as_set,
)
from models.touches import ORGANIC

_Id = Annotated[str, Meta(min_length=1, max_length=LONGEST_ID)]


class _Usual(msgspec.Struct, forbid_unknown_fields=True, kw_only=True, gc=False):
    """The fields as JSON has them; an empty text is none, so that below it can stand for null."""

    type: Literal["enrollment"]
    event_id: str
    revision: Annotated[int, Meta(ge=0, le=LARGEST_REVISION)] = 0
    status: Status = "active"
    occurred_at: str
    recorded_at: str
    source: Annotated[str, Meta(max_length=LONGEST_TEXT)]
    member_id: _Id
    kind: Literal["worker", "company"]
    company_id: _Id | None = None
    person: _Id | None = None
    place: str
    declared: _Id | None = None
    programs: Annotated[tuple[Program, ...], Meta(max_length=4)] = ()


_decode = msgspec.json.Decoder(_Usual).decode
_are_texts_valid = re.compile(
    "\n".join([EVENT_ID, ID, f"(?:{ID})?", f"(?:{PERSON})?", SUB_DISTRICT, f"(?:{ID})?", TEXT])
).fullmatch
_programs_as_set = lru_cache(1_000)(as_set)
"""There are 341 lists of four programmes or fewer."""
_GIVEN: Final = set(Enrollment.model_fields)
_set: Any = object.__setattr__


def read_usual_enrollment(value: bytes) -> Enrollment | None:
    """The enrollment in a record's value; None where pydantic has to look at it."""
    try:
        found = _decode(value)
        occurred_us, recorded_us = instants.parse(found.occurred_at), instants.parse(found.recorded_at)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return None
    member, company, person, declared = found.member_id, found.company_id, found.person, found.declared
    texts = (
        f"{found.event_id}\n{member}\n{company or ''}\n{person or ''}\n"
        f"{found.place}\n{declared or ''}\n{found.source}"
    )
    if not _are_texts_valid(texts) or declared == ORGANIC:
        return None
    if found.kind == "company" and (company != member or person is not None):
        return None
    return _enrollment(found, occurred_us, recorded_us)


def _enrollment(found: _Usual, occurred_us: int, recorded_us: int) -> Enrollment:
    """As pydantic's `model_construct`, which takes several times as long to find out what is here known."""
    event = Enrollment.__new__(Enrollment)
    content = {
        "type": found.type,
        "event_id": found.event_id,
        "revision": found.revision,
        "status": found.status,
        "occurred_us": occurred_us,
        "recorded_us": recorded_us,
        "source": found.source,
        "member_id": found.member_id,
        "kind": found.kind,
        "company_id": found.company_id,
        "person": found.person,
        "place": found.place,
        "declared": found.declared,
        "programs": _programs_as_set(found.programs),
    }
    _set(event, "__dict__", content)
    _set(event, "__pydantic_fields_set__", _GIVEN)
    _set(event, "__pydantic_extra__", None)
    _set(event, "__pydantic_private__", None)
    return event

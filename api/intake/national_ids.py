"""National ids in events: `nik` and `attendee_niks` become `person` and `attendees` at once.

Whatever stands in fields of these names is gone before the event is judged, kept or told, whether it is a
national id or not.
"""

import json
import re
from typing import Any, Final, NamedTuple

import msgspec

from models.intake.phrases import Complaint, phrase
from models.person_key import person_of

MASKED: Final = "***"
MOST_ATTENDEES: Final = 5_000
SHOWN_ENTRIES: Final = 20
"""Of wrong ones in a list."""

_FIELDS: Final = {"enrollment": ("nik", "person"), "outreach-event": ("attendee_niks", "attendees")}
"""By type of event: the field, and what is made of it."""
_NAMES: Final = frozenset(field for field, _ in _FIELDS.values())
_is_sign = re.compile(rb"nik|\\u|\0", re.IGNORECASE).search
"""Of such a field, or of digits that no mask sees: escaped, or in UTF-16, as some shells write files."""
_is_national_id = re.compile(r"[0-9]{16}").fullmatch
_digit = re.compile(rb"[0-9]")


class NoPersonKey(Exception):  # noqa: N818
    """A national id came, and this server has no key to hash it with."""


class Cleaned(NamedTuple):
    """An event without what stood in its fields for national ids."""

    value: bytes
    """For the judge, with `person` or `attendees`."""
    kept: bytes
    """For the topic `rejected`, with MASKED in these fields."""
    complaints: tuple[Complaint, ...] = ()
    """What is wrong with these fields."""


def cleaned(value: bytes, key: bytes | None) -> Cleaned:
    """An event that may be no JSON, nested at most 16 deep. Raises NoPersonKey."""
    if not may_have_fields(value):
        return Cleaned(value, value)
    try:
        record, has_fields = _parsed(value)
        if not has_fields:
            return Cleaned(value, value)
        masked = _masked(record)
        kept = msgspec.json.encode(masked)
        wanted, complaints = _replaced(record, masked, key)
        return Cleaned(msgspec.json.encode(wanted), kept, complaints)
    except ValueError:  # no JSON, or half of a surrogate pair
        return Cleaned(value, value)


def may_have_fields(value: bytes) -> bool:
    """Whether it may have a field for national ids, however that is written. On the hot path."""
    return b"\\u" in value or b"nik" in value.lower()


def unreadable(value: bytes) -> bytes:
    """To be kept of an event whose fields cannot be told apart: no digit, if there may be a hidden one."""
    return _digit.sub(b"*", value) if _is_sign(value) else value


def _parsed(value: bytes) -> tuple[Any, bool]:
    """What a text holds, and whether an object in it has such a field, also one that a later one replaces."""
    found: list[str] = []

    def as_dict(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found.extend(name for name, _ in pairs if name.casefold() in _NAMES)
        return dict(pairs)

    record = json.loads(
        value,
        parse_int=_literal,
        parse_float=_literal,
        parse_constant=_refuse,
        object_pairs_hook=as_dict,
    )
    return record, bool(found)


def _replaced(record: Any, masked: Any, key: bytes | None) -> tuple[Any, tuple[Complaint, ...]]:
    if not isinstance(record, dict):
        return masked, ()
    field, counterpart = _FIELDS.get(_text(record.get("type")), ("", ""))
    if field not in record:
        return masked, ()
    wanted = {name: value for name, value in masked.items() if name != field}
    given = record[field]
    if given is None:
        return wanted, ()
    complaints = [*_of_ids(field, given), *_of_event(field, counterpart, record)]
    if complaints:
        return wanted, tuple(complaints)
    if key is None:
        raise NoPersonKey
    hashed = (
        person_of(given.encode(), key) if field == "nik" else [person_of(one.encode(), key) for one in given]
    )
    return wanted | {counterpart: hashed}, ()


def _of_ids(field: str, given: Any) -> list[Complaint]:
    if field == "nik":
        return [] if _is_id(given) else [Complaint("/nik", phrase("no national id", field=field))]
    if not isinstance(given, list) or len(given) > MOST_ATTENDEES:
        return [Complaint(f"/{field}", phrase("no national ids", most=MOST_ATTENDEES))]
    wrong = [number for number, one in enumerate(given) if not _is_id(one)]
    return [
        Complaint(f"/{field}/{number}", phrase("no national id in the list", number=number + 1))
        for number in wrong[:SHOWN_ENTRIES]
    ]


def _of_event(field: str, counterpart: str, record: dict[str, Any]) -> list[Complaint]:
    complaints = []
    if record.get(counterpart):
        complaints.append(Complaint(f"/{field}", phrase("beside", field=field, counterpart=counterpart)))
    if field == "nik" and record.get("kind") == "company":
        complaints.append(Complaint("/nik", phrase("national id of a company")))
    return complaints


def _is_id(value: Any) -> bool:
    return isinstance(value, str) and _is_national_id(value) is not None


def _masked(found: Any) -> Any:
    """The same, with MASKED in every field of such a name, at any depth and in any case."""
    match found:
        case dict():
            return {
                name: MASKED if name.casefold() in _NAMES else _masked(value) for name, value in found.items()
            }
        case list():
            return [_masked(entry) if isinstance(entry, dict | list) else entry for entry in found]
    return found


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _literal(digits: str) -> msgspec.Raw:
    """A number as it is written, however long."""
    return msgspec.Raw(digits.encode())


def _refuse(word: str) -> None:
    raise ValueError(word)

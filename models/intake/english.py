"""Errors of events in English, as they are kept on the topic `rejected`."""

from collections.abc import Mapping
from typing import Final, get_args

from models.events import COMPANY_ID_DIFFERS, EVENTS, PERSON_OF_A_COMPANY, Channel
from models.intake.phrases import Wording

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

_LIKE_A_NATIONAL_ID = "exactly 16 digits, as a national id (NIK) has: never send one."

ENGLISH: Final = Wording(
    ",",
    {f"write {field}": text for field, text in WRITE.items()}
    | {f"write place of {topic}": text for topic, text in PLACES.items()}
    | {
        # no JSON object
        "no value": "The record has no value; send the event as one JSON object.",
        "no UTF-8": "Byte {byte} is not UTF-8; save the text as UTF-8.",
        "no JSON": "Not JSON from character {character} on; send one JSON object.",
        "no object": "This is JSON but no object; send one object in braces, with a name for each field.",
        "byte order mark": "The text starts with a byte order mark; save it as UTF-8 without one.",
        "too deep": "Lists and objects are nested deeper than {levels} levels; an event has two.",
        "no number": "{word} is no JSON; leave the field out, or write a number.",
        "half a pair": "A \\u escape is half a surrogate pair; write both halves, or the letter in UTF-8.",
        # the event as a whole
        "too large": "The event has {size} bytes; at most {most} are taken. Shorten it, "
        "or share its attendees among several events.",
        "wrong topic": "This event is of type {stated}, but came on topic {topic}; send it to topic "
        "{stated}.",
        "company differs": COMPANY_ID_DIFFERS,
        "person of a company": PERSON_OF_A_COMPANY,
        # fields
        "names no topic": "`type` is {found}; write one of {types}.",
        "unknown place": "`place` is {code}, which the list of known places lacks; write a code of the list, "
        "or have the list completed and this record replayed.",
        "no field": "{name} is no field of this event; leave it out, or use one of {known}.",
        "missing": "`{field}` is missing; write {wanted}.",
        "too many entries": "`{field}` has too many entries; write {wanted}.",
        "wrong": "{where} is {found}; write {wanted}.",
        "more wrong": "{count} more fields or entries are wrong.",
        # national ids
        "id as a name": f"the name of a field has {_LIKE_A_NATIONAL_ID} Leave that field out.",
        "id as a name in": f"the name of a field in {{where}} has {_LIKE_A_NATIONAL_ID} Leave that field "
        "out.",
        "id in a field": f"{{where}} holds {_LIKE_A_NATIONAL_ID} Write {{wanted}}.",
        "id elsewhere": f"{{where}} holds {_LIKE_A_NATIONAL_ID} Leave that field out.",
        "more ids": "{count} more texts have exactly 16 digits.",
        # fields of a gateway's own
        "no national id": "`{field}` is no national id; write its 16 digits in quotes, or leave it out.",
        "no national ids": "`attendee_niks` is no list of at most {most} national ids; write one, or leave "
        "it out.",
        "no national id in the list": "entry {number} of `attendee_niks` is no national id; write its 16 "
        "digits in quotes, or leave it out.",
        "beside": "`{field}` stands beside `{counterpart}`, which is made of it; send one of the two.",
        "national id of a company": "`nik` is filled in, but `kind` is company; leave it out, a company has "
        "none.",
        "clock ahead": "`recorded_at` is more than a day ahead; look at the device's date and time.",
        # where
        "field": "`{name}`",
        "entry": "entry {number}",
        "entry of": "entry {number} of {where}",
        "field in": "{name} in {where}",
        "something in": "something in {where}",
        # what was found
        "absent": "missing",
        "text": "the text {quoted}",
        "long text": "{quoted} of {length} characters",
        "as is": "{text}",
        "list": "a list",
        "object": "an object",
        "huge number": "a number of more than 20 digits",
    },
)

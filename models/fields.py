"""Types of the fields of events, checked while JSON is parsed (docs/spec.md, section 1)."""

from typing import Annotated, Any, Final

from pydantic import AfterValidator, Field, PlainSerializer, PlainValidator, WithJsonSchema

from models import instants
from models.touches import ORGANIC

CONTROL: Final = r"\x00-\x1f\x7f-\x9f"
"""Control characters are Unicode's category Cc: C0, DEL and C1. Joiners and bidi marks (Cf) are text."""
EVENT_ID: Final = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
ID: Final = r"(?:[0-9]{1,15}|[0-9]{17,64}|[0-9]*[A-Za-z._-][A-Za-z0-9._-]*)"
"""Anything of `A-Za-z0-9._-` but exactly 16 digits, which would be a national id."""
LONGEST_ID: Final = 64
PERSON: Final = r"[0-9a-f]{64}"
TEXT: Final = f"(?:[0-9]{{1,15}}|[0-9]{{17,}}|[0-9]*[^0-9{CONTROL}][^{CONTROL}]*)"
"""Any text without control characters but exactly 16 digits, which would be a national id."""
LONGEST_TEXT: Final = 64
SUB_DISTRICT: Final = r"[0-9]{2}\.[0-9]{2}\.[0-9]{2}"
LARGEST_REVISION: Final = 2**31 - 1


def _instant(found: Any) -> int:
    if not isinstance(found, str):
        raise ValueError("no text")  # noqa: TRY004  a ValueError is what pydantic takes for "invalid"
    return instants.parse(found)


def _not_organic(found: str) -> str:
    if found == ORGANIC:
        raise ValueError("organic is what no campaign earned")
    return found


def as_set(found: tuple[str, ...]) -> tuple[str, ...]:
    return found if len(found) < 2 else tuple(sorted(set(found)))


EventId = Annotated[str, Field(pattern=f"^{EVENT_ID}$")]
Id = Annotated[str, Field(pattern=f"^{ID}$", max_length=LONGEST_ID)]
CampaignId = Annotated[Id, AfterValidator(_not_organic), Field(json_schema_extra={"not": {"const": ORGANIC}})]
Person = Annotated[str, Field(pattern=f"^{PERSON}$")]
Text = Annotated[str, Field(pattern=f"^{TEXT}$", min_length=1, max_length=LONGEST_TEXT)]
SubDistrict = Annotated[str, Field(pattern=f"^{SUB_DISTRICT}$")]
AnyPlace = Annotated[str, Field(pattern=r"^[0-9]{2}(?:\.[0-9]{2}){0,2}$")]
Revision = Annotated[int, Field(ge=0, le=LARGEST_REVISION)]
Headcount = Annotated[int, Field(ge=0, le=10_000_000)]
Rupiah = Annotated[int, Field(ge=0, le=10**15)]
Instant = Annotated[
    int,
    PlainValidator(_instant),
    PlainSerializer(instants.canonical, return_type=str),
    WithJsonSchema({"type": "string", "format": "date-time", "pattern": f"^{instants.PATTERN}$"}),
]
"""RFC 3339 text outside, microseconds since 1970 in UTC inside."""
SortedSet = AfterValidator(as_set)
"""A list that means a set: sorted by code point, repeats dropped (a limit on its length counts them)."""

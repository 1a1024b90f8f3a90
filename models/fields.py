"""Types of events' fields, validated while JSON is parsed (docs/spec.md, section 1)."""

from typing import Annotated, Any, Final

from pydantic import AfterValidator, Field, PlainSerializer, PlainValidator, WithJsonSchema

from models import instants
from models.touches import ORGANIC

_CONTROL: Final = r"\x00-\x1f\x7f-\x9f"
"""Unicode's category Cc: C0, DEL and C1. Joiners and bidi marks (Cf) are text."""
_ID: Final = r"(?:[0-9]{1,15}|[0-9]{17,64}|[0-9]*[A-Za-z._-][A-Za-z0-9._-]*)"
"""Any of `A-Za-z0-9._-`, except exactly 16 digits: a national id."""
_TEXT: Final = f"(?:[0-9]{{1,15}}|[0-9]{{17,}}|[0-9]*[^0-9{_CONTROL}][^{_CONTROL}]*)"
"""Any text without control characters, except exactly 16 digits: a national id."""


def _instant(value: Any) -> int:
    if not isinstance(value, str):
        raise ValueError("no text")  # noqa: TRY004  pydantic takes a ValueError for "invalid"
    return instants.parse(value)


def _not_organic(campaign: str) -> str:
    if campaign == ORGANIC:
        raise ValueError("organic is what no campaign earned")
    return campaign


def _sorted_set(entries: tuple[str, ...]) -> tuple[str, ...]:
    return entries if len(entries) < 2 else tuple(sorted(set(entries)))


EventId = Annotated[str, Field(pattern=r"^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]
Id = Annotated[str, Field(pattern=f"^{_ID}$", max_length=64)]
CampaignId = Annotated[Id, AfterValidator(_not_organic), Field(json_schema_extra={"not": {"const": ORGANIC}})]
Person = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Text = Annotated[str, Field(pattern=f"^{_TEXT}$", min_length=1, max_length=64)]
SubDistrict = Annotated[str, Field(pattern=r"^[0-9]{2}\.[0-9]{2}\.[0-9]{2}$")]
AnyPlace = Annotated[str, Field(pattern=r"^[0-9]{2}(?:\.[0-9]{2}){0,2}$")]
Revision = Annotated[int, Field(ge=0, le=2**31 - 1)]
Headcount = Annotated[int, Field(ge=0, le=10_000_000)]
Rupiah = Annotated[int, Field(ge=0, le=10**15)]
Instant = Annotated[
    int,
    PlainValidator(_instant),
    PlainSerializer(instants.canonical, return_type=str),
    WithJsonSchema({"type": "string", "format": "date-time", "pattern": f"^{instants.PATTERN}$"}),
]
"""RFC 3339 text in JSON, microseconds since 1970 in UTC in Python."""
SortedSet = AfterValidator(_sorted_set)
"""A list used as a set: sorted by code point, repeats dropped (a limit on its length counts them)."""

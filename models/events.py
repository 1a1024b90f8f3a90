"""The three input events, as JSON on the topic of their type (docs/spec.md, section 1)."""

from hashlib import sha256
from typing import Annotated, Final, Literal, Self

import msgspec
from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from models import instants
from models.fields import (
    AnyPlace,
    CampaignId,
    EventId,
    Headcount,
    Id,
    Instant,
    Person,
    Revision,
    Rupiah,
    SortedSet,
    SubDistrict,
    Text,
)

EventType = Literal["enrollment", "outreach-event", "inspection"]
Status = Literal["active", "cancelled"]
Program = Literal["JKK", "JKM", "JHT", "JP"]
Channel = Literal[
    "wayang",
    "healthy_walk",
    "sailing_race",
    "mass_socialisation",
    "institution_meeting",
    "perisai",
    "other",
]
Stage = Literal["visit", "sp1", "sp2", "sanction"]
Outcome = Literal["promised", "refused", "registered", "not_found", "other"]

COMPANY_ID_DIFFERS: Final = (
    "`company_id` differs from `member_id`, but `kind` is company; write the company's number in both."
)
PERSON_OF_A_COMPANY: Final = "`person` is filled in, but `kind` is company; write null, a company has none."


class BaseEvent(BaseModel):
    """Fields of every event."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, use_attribute_docstrings=True)

    type: EventType
    """Equals the name of the topic that the event is sent to."""
    event_id: EventId
    """UUID made by the app, lower case; the same in every resend and revision. The record's key."""
    revision: Revision = 0
    """A higher revision replaces the whole event; a lower one that arrives late changes nothing."""
    status: Status = "active"
    """`cancelled` withdraws the event; a higher `active` revision restores it."""
    occurred_us: Instant = Field(alias="occurred_at")
    """When it happened in the world: RFC 3339 with an offset, years 1900 to 2100 as written and in UTC,
    cut to microseconds. An outreach event's start; the membership's first moment."""
    recorded_us: Instant = Field(alias="recorded_at")
    """When the app captured this revision: RFC 3339 with an offset, as `occurred_at`."""
    source: Text
    """The app or team that sent it; never exactly 16 digits, as in a national id."""


class Enrollment(BaseEvent):
    """One new member, a worker or a company."""

    model_config = ConfigDict(
        json_schema_extra={
            "if": {"properties": {"kind": {"const": "company"}}, "required": ["kind"]},
            "then": {
                "properties": {"company_id": {"type": "string"}, "person": {"type": "null"}},
                "required": ["company_id"],
            },
        }
    )

    type: Literal["enrollment"]
    """Equals the name of the topic that the event is sent to."""
    member_id: Id
    """Membership number; never exactly 16 digits, as in a national id."""
    kind: Literal["worker", "company"]
    """A worker, or the company itself."""
    company_id: Id | None = None
    """The worker's employer, null for an informal worker (BPU); for a company equal to `member_id`."""
    person: Person | None = None
    """HMAC-SHA-256 of the national id (NIK), as `sambung person` makes it; null for a company."""
    place: SubDistrict
    """Sub-district where the member works: a code of the reference list, `34.04.07`."""
    declared: CampaignId | None = None
    """The campaign that the member, or the agent who recruited them, named on the form."""
    programs: Annotated[tuple[Program, ...], SortedSet] = ()
    """Insurance programmes joined; a set: order and repeats have no meaning."""

    @model_validator(mode="after")
    def _a_company_is_its_own_employer_and_no_person(self) -> Self:
        if self.kind == "company":
            if self.company_id != self.member_id:
                raise PydanticCustomError("company_id", COMPANY_ID_DIFFERS)
            if self.person is not None:
                raise PydanticCustomError("person", PERSON_OF_A_COMPANY)
        return self


class OutreachEvent(BaseEvent):
    """One occasion that reached people: a show, a walk, a meeting."""

    type: Literal["outreach-event"]
    """Equals the name of the topic that the event is sent to."""
    campaign_id: CampaignId
    """The campaign it belongs to; not `organic`."""
    channel: Channel
    """Kind of occasion."""
    place: AnyPlace
    """Area that it reaches: a province, regency or sub-district of the reference list."""
    headcount: Headcount
    """People there, named or not; may be below the number of attendees."""
    attendees: Annotated[tuple[Person, ...], Field(max_length=5_000), SortedSet] = ()
    """Hashes of those who registered (see `person`); a set: order and repeats have no meaning."""
    companies: Annotated[tuple[Id, ...], Field(max_length=1_000), SortedSet] = ()
    """Companies represented; a set: order and repeats have no meaning."""
    cost_idr: Rupiah = 0
    """Cost in whole rupiah."""


class Inspection(BaseEvent):
    """One visit or letter to a company that has not registered its workers."""

    type: Literal["inspection"]
    """Equals the name of the topic that the event is sent to."""
    campaign_id: CampaignId
    """The inspection programme; not `organic`."""
    company_id: Id
    """The company visited."""
    team: Text
    """The team that went; never exactly 16 digits, as in a national id."""
    place: SubDistrict
    """Sub-district of the company: a code of the reference list, `34.04.07`."""
    stage: Stage
    """A visit persuades; a warning letter (`sp1`, `sp2`) or a sanction compels."""
    outcome: Outcome
    """Response of the company."""
    cost_idr: Rupiah = 0
    """Cost in whole rupiah."""


Event = Enrollment | OutreachEvent | Inspection

EVENTS: Final[dict[str, type[Event]]] = {
    "enrollment": Enrollment,
    "outreach-event": OutreachEvent,
    "inspection": Inspection,
}
"""Class by type, which is also the name of the topic."""


def wire_names(event: type[Event]) -> dict[str, str]:
    """Attribute by name in JSON, in code point order of the names."""
    return dict(sorted((field.alias or name, name) for name, field in event.model_fields.items()))


_sorted_json = msgspec.json.Encoder(order="sorted").encode


def canonical(event: Event) -> bytes:
    """Canonical JSON of an event: equal for equal content, and itself a valid event."""
    content = event.__dict__.copy()
    content["occurred_at"] = instants.canonical(content.pop("occurred_us"))
    content["recorded_at"] = instants.canonical(content.pop("recorded_us"))
    return _sorted_json(content)


def content_digest(canonical_text: bytes | str) -> str:
    """SHA-256, in hex, of canonical text with revision 0: revisions of equal content have the same."""
    content = msgspec.json.decode(canonical_text)
    content["revision"] = 0
    return sha256(_sorted_json(content)).hexdigest()

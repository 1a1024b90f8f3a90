"""Records of the public output topics `credit` and `live-count` (docs/spec.md, section 4).

Stages encode these classes, sinks decode them, and `docs/schemas` is made from them. Where the schema lists
the values of a text, a reader takes any text.
"""

from typing import Annotated, Any, Final, Generic, TypeVar

from msgspec import Meta, Struct
from msgspec.json import Decoder

WHOLE_MEMBER: Final = 1_000_000
"""Credit of one member under each model, in millionths."""
OFFSET_BITS: Final = 40
"""Low bits of a version, for an offset in the input of the stage that decided; above them: the generation."""


def first_version(generation: int) -> int:
    """The lowest version that a generation can have: the one of offset 0."""
    return generation << OFFSET_BITS


def _enum(*values: str) -> Any:
    return Meta(extra_json_schema={"enum": list(values)})


LargeCount = Annotated[int, Meta(ge=0, le=2**63 - 1)]
"""Fits a BIGINT column of the store."""
SmallCount = Annotated[int, Meta(ge=0, le=2**31 - 1)]
"""Fits an INTEGER column of the store."""
Moment = Annotated[str, Meta(min_length=27, max_length=27)]
"""`2017-09-01T02:00:00.000000Z`."""
Millionths = Annotated[int, Meta(gt=0, le=WHOLE_MEMBER)]
MemberKind = Annotated[str, _enum("worker", "company")]
LineEvidence = Annotated[str, _enum("declared", "attendance", "company", "place", "none")]


class WireRecord(Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """A record of a public topic, or a part of one: immutable and closed."""


class Credit(WireRecord, frozen=True, omit_defaults=True):
    """Millionths of the member by credit model; a model that gives this line nothing is absent."""

    first: Millionths | None = None
    last: Millionths | None = None
    linear: Millionths | None = None
    position: Millionths | None = None
    time_decay: Millionths | None = None


MODEL_NAMES: Final = Credit.__struct_fields__


class Line(WireRecord, frozen=True):
    """Credit that one touch, or no touch (organic), earns of one member under every credit model."""

    line: Annotated[
        SmallCount,
        Meta(
            description="Place in the journey, from 0 in touch order; organic is last. "
            "The same under every model."
        ),
    ]
    touch_id: Annotated[
        str | None, Meta(description="`event_id` of the event that touched; null for organic.")
    ]
    campaign_id: str
    channel: str
    evidence: LineEvidence
    approach: Annotated[str, _enum("persuasion", "compulsion", "none")]
    touched_at: Annotated[
        Moment | None,
        Meta(description="When the touch was, UTC, `2017-09-01T02:00:00.000000Z`; null for organic."),
    ]
    credit: Credit


Part = TypeVar("Part")
"""A list of records; or its JSON (`msgspec.Raw`) where many records share it."""


class StatementOf(WireRecord, Generic[Part], frozen=True):
    """A statement of one member, as `Statement` describes it."""

    member_id: str
    version: Annotated[LargeCount, Meta(description="Generation x 2^40 + offset; only grows for a member.")]
    status: Annotated[
        str,
        _enum("active", "cancelled", "gone"),
        Meta(description="`gone`: no enrollment names this member any longer."),
    ]
    decided_at: Annotated[Moment, Meta(description="Broker's timestamp of the record that decided, UTC.")]
    rules_version: str
    kind: MemberKind | None
    company_id: str | None
    place: Annotated[str | None, Meta(description="Sub-district code where the member works.")]
    occurred_at: Annotated[Moment | None, Meta(description="The membership's first moment, UTC.")]
    enrollment_event_id: Annotated[str | None, Meta(description="The enrollment that counts.")]
    evidence: Annotated[LineEvidence, Meta(description="Strongest evidence in the journey.")]
    duplicates: Annotated[
        SmallCount,
        Meta(description="Other active enrollments of the same member; they earn nothing."),
    ]
    lines: Part


class Statement(StatementOf[tuple[Line, ...]], frozen=True):
    """All that is known of one member at one version; replaces every earlier statement of the member."""


class CountRow(WireRecord, frozen=True):
    """Credit of one campaign in one regency, month, kind of member and credit model."""

    district: Annotated[str, Meta(description="Regency code, `34.04`.")]
    month: Annotated[
        str, Meta(description="Month of the membership's first moment in Asia/Jakarta, `2017-09`.")
    ]
    kind: MemberKind
    model: Annotated[str, _enum(*MODEL_NAMES)]
    credit: Annotated[LargeCount, Meta(description="Sum of the members' credit, in millionths.")]
    members: Annotated[
        SmallCount, Meta(description="Members with any credit on the campaign under this model.")
    ]


class LiveCountOf(WireRecord, Generic[Part], frozen=True):
    """The live count of one campaign, as `LiveCount` describes it."""

    campaign_id: str
    version: Annotated[LargeCount, Meta(description="Generation x 2^40 + offset; only grows for a campaign.")]
    rows: Annotated[Part, Meta(description="Empty when nothing is left of the campaign.")]


class LiveCount(LiveCountOf[tuple[CountRow, ...]], frozen=True):
    """Every row of one campaign, absolute; replaces every earlier record of the campaign."""


decode_statement: Final = Decoder(Statement).decode
decode_live_count: Final = Decoder(LiveCount).decode

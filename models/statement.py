"""Wire classes of the public output topics `credit` and `live-count` (docs/spec.md, section 4)."""

from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

WHOLE_MEMBER: Final = 1_000_000
"""Credit of one member under each model, in millionths."""
OFFSET_BITS: Final = 40
"""Low bits of a version, for an offset in the input of the stage that decided; above them: the generation."""


def first_version(generation: int) -> int:
    """The lowest version that a generation can have: the one of offset 0."""
    return generation << OFFSET_BITS


Millionths = Annotated[int, Field(ge=0)]
Model = Literal["first", "last", "linear", "position", "time_decay"]


class Wire(BaseModel):
    """A record of a public topic: immutable, closed, documented by the text under each field."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, use_attribute_docstrings=True)


class Line(Wire):
    """What one touch, or no touch (organic), earns of one member under every credit model."""

    line: int
    """Place in the journey, from 0 in touch order; organic is last. The same under every model."""
    touch_id: str | None
    """`event_id` of the event that touched; null for organic."""
    campaign_id: str
    channel: str
    evidence: Literal["declared", "attendance", "company", "place", "none"]
    approach: Literal["persuasion", "compulsion", "none"]
    touched_at: str | None
    """When the touch was, UTC, `2017-09-01T02:00:00.000000Z`; null for organic."""
    credit: dict[Model, Annotated[int, Field(gt=0, le=WHOLE_MEMBER)]]
    """Millionths of the member by credit model; a model that gives this line nothing is absent."""


class Statement(Wire):
    """All that is believed of one member at one version; replaces every earlier statement of the member."""

    member_id: str
    version: int
    """Generation x 2^40 + offset; only grows for a member."""
    status: Literal["active", "cancelled", "gone"]
    """`gone`: no enrollment names this member any longer."""
    decided_at: str
    """Broker's timestamp of the record that decided, UTC."""
    rules_version: str
    kind: Literal["worker", "company"] | None
    company_id: str | None
    place: str | None
    """Sub-district code where the member works."""
    occurred_at: str | None
    """The membership's first moment, UTC."""
    enrollment_event_id: str | None
    """The enrollment that counts."""
    evidence: Literal["declared", "attendance", "company", "place", "none"]
    """Strongest evidence in the journey."""
    duplicates: Annotated[int, Field(ge=0)]
    """Other active enrollments of the same member; they earn nothing."""
    lines: tuple[Line, ...]


class CountRow(Wire):
    """Credit of one campaign in one regency, month, kind of member and credit model."""

    district: str
    """Regency code, `34.04`."""
    month: str
    """Month of the membership's first moment in Asia/Jakarta, `2017-09`."""
    kind: Literal["worker", "company"]
    model: Model
    credit: Millionths
    """Sum of the members' credit, in millionths."""
    members: Annotated[int, Field(ge=0)]
    """Members with any credit on the campaign under this model."""


class LiveCount(Wire):
    """Every row of one campaign, absolute; replaces every earlier record of the campaign."""

    campaign_id: str
    version: int
    """Generation x 2^40 + offset; only grows for a campaign."""
    rows: tuple[CountRow, ...]
    """Empty when nothing is left of the campaign."""

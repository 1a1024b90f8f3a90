"""Touches link campaigns to members: their evidence and their order (docs/spec.md, section 2)."""

from typing import Literal

import msgspec

Evidence = Literal["declared", "attendance", "company", "place"]
Approach = Literal["persuasion", "compulsion", "none"]

RANK: dict[str, int] = {"declared": 3, "attendance": 2, "company": 1, "place": 0}
"""Strength of evidence; of two for one touch the greater counts."""

ORGANIC = "organic"
"""Campaign and channel of credit that no touch earned."""

COMPELLING_STAGES = frozenset({"sp1", "sp2", "sanction"})
"""Inspection stages that are compulsion; every other touch is persuasion."""


class Touch(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One event that reached one member, at one instant, under one evidence."""

    touched_us: int
    """Microseconds since the epoch (UTC)."""
    evidence: str
    touch_id: str
    """`event_id` of the event that touched."""
    type: str
    """Type of that event; together with `touch_id` it identifies the event."""
    campaign_id: str
    channel: str
    approach: str

    @property
    def order(self) -> tuple[int, int, str, str]:
        """Sort key: instant, rank, touch id, type, ascending; the last touch is the greatest."""
        return (self.touched_us, RANK[self.evidence], self.touch_id, self.type)

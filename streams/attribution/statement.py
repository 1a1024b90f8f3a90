"""The statement of a member: its enrollment that counts, its journey (docs/spec.md, section 2)."""

from collections.abc import Sequence

import msgspec

from models.touches import RANK, Touch
from streams.attribution.messages import ACTIVE, GONE, Answer, Enrolled


class Statement(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """All that is believed of a member, short of what follows from it; equal statements say the same."""

    status: str
    """`active`, `cancelled`, or `gone`: no enrollment names the member, and the next five say nothing."""
    kind: str
    company_id: str | None
    place: str
    occurred_us: int
    event_id: str
    """The enrollment that counts."""
    duplicates: int
    touches: tuple[Touch, ...]
    """The journey in touch order, or the place touches if that is empty. What it earns is its outcome."""


GONE_STATEMENT = Statement("gone", "", None, "", 0, "", 0, ())


def state(status: str, enrolled: Enrolled, duplicates: int, touches: tuple[Touch, ...]) -> Statement:
    return Statement(
        status,
        enrolled.kind,
        enrolled.company_id,
        enrolled.place,
        enrolled.occurred_us,
        enrolled.event_id,
        duplicates,
        touches,
    )


def counting(enrollments: Sequence[Enrolled]) -> tuple[str, Enrolled | None, int]:
    """Status of the member, the enrollment that counts, and how many active ones it leaves aside.

    The earliest active one counts, then the smallest event id; with none active, the same of the cancelled.
    """
    if len(enrollments) == 1 and enrollments[0].standing == ACTIVE:
        return "active", enrollments[0], 0
    active = [enrolled for enrolled in enrollments if enrolled.standing == ACTIVE]
    pool = active or [enrolled for enrolled in enrollments if enrolled.standing != GONE]
    if not pool:
        return "gone", None, 0
    first = min(pool, key=lambda one: (one.occurred_us, one.event_id))
    return ("active", first, len(active) - 1) if active else ("cancelled", first, 0)


def answers_to(enrolled: Enrolled, answers: Sequence[Answer]) -> list[Answer] | None:
    """The answer of each subject of this version of the enrollment; None until all have answered."""
    if len(answers) < len(enrolled.subjects):
        return None
    found = [
        answer
        for answer in answers
        if answer.enrollment_version == enrolled.version
        and answer.event_id == enrolled.event_id
        and answer.subject in enrolled.subjects
    ]
    return found if len(found) == len(enrolled.subjects) else None


def journey(enrolled: Enrolled, answers: Sequence[Answer]) -> tuple[Touch, ...]:
    """Declared, attendance and company touches in touch order; an event touches once, by its highest rank."""
    found = [touch for answer in answers for touch in answer.touches]
    if enrolled.declared is not None:
        found.append(_declared(enrolled, enrolled.declared))
    if len(found) > 1:
        touches: dict[tuple[str, str], Touch] = {}
        for touch in found:
            identity = touch.type, touch.touch_id
            other = touches.get(identity)
            if other is None or RANK[other.evidence] < RANK[touch.evidence]:
                touches[identity] = touch
        found = sorted(touches.values(), key=_order)
    return tuple(found)


def _declared(enrolled: Enrolled, campaign: str) -> Touch:
    return Touch(
        enrolled.occurred_us, "declared", enrolled.event_id, "enrollment", campaign, "declared", "persuasion"
    )


def _order(touch: Touch) -> tuple[int, int, str, str]:
    return touch.order

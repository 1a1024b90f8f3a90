"""The membership of a member: the enrollment that counts and the journey (docs/spec.md, section 2)."""

from collections.abc import Sequence

import msgspec

from models.touches import RANK, Touch
from streams.attribution.messages import ACTIVE, GONE, Answer, Enrolled


class Membership(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """All that is known of a member, without its outcome: a statement of it is sent when it changes."""

    status: str
    """`active`, `cancelled`, or `gone`: no enrollment names the member, and the other fields are empty."""
    kind: str
    company_id: str | None
    place: str
    occurred_us: int
    event_id: str
    """The enrollment that counts."""
    duplicates: int
    touches: tuple[Touch, ...]
    """The journey, in touch order: the named touches, or if there are none, the place touches."""


GONE_MEMBERSHIP = Membership("gone", "", None, "", 0, "", 0, ())


def membership_of(status: str, enrolled: Enrolled, duplicates: int, touches: tuple[Touch, ...]) -> Membership:
    return Membership(
        status,
        enrolled.kind,
        enrolled.company_id,
        enrolled.place,
        enrolled.occurred_us,
        enrolled.event_id,
        duplicates,
        touches,
    )


def counting_enrollment(enrollments: Sequence[Enrolled]) -> tuple[str, Enrolled | None, int]:
    """Status of the member, the enrollment that counts, and the number of other active ones.

    The earliest active enrollment counts; of several, the one with the smallest event id. With no active one,
    the cancelled ones are compared likewise.
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
    """The answer of each subject to this version of the enrollment; None until all have answered."""
    if len(answers) < len(enrolled.subjects):
        return None
    matching = [
        answer
        for answer in answers
        if answer.enrollment_version == enrolled.version
        and answer.event_id == enrolled.event_id
        and answer.subject in enrolled.subjects
    ]
    return matching if len(matching) == len(enrolled.subjects) else None


def named_touches(enrolled: Enrolled, answers: Sequence[Answer]) -> tuple[Touch, ...]:
    """Touches by events that name the member, its person or its company, in touch order; one per event.

    Of several kinds of evidence by one event the strongest stays. Place touches are not among them.
    """
    touches = [touch for answer in answers for touch in answer.touches]
    if enrolled.declared is not None:
        touches.append(_declared(enrolled, enrolled.declared))
    if len(touches) > 1:
        strongest: dict[tuple[str, str], Touch] = {}
        for touch in touches:
            identity = touch.type, touch.touch_id
            other = strongest.get(identity)
            if other is None or RANK[other.evidence] < RANK[touch.evidence]:
                strongest[identity] = touch
        touches = sorted(strongest.values(), key=_order)
    return tuple(touches)


def _declared(enrolled: Enrolled, campaign: str) -> Touch:
    return Touch(
        enrolled.occurred_us, "declared", enrolled.event_id, "enrollment", campaign, "declared", "persuasion"
    )


def _order(touch: Touch) -> tuple[int, int, str, str]:
    return touch.order

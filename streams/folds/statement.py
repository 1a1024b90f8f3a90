"""What is said of a member: which enrollment counts, which touches, how much credit (spec, sections 2, 3)."""

from collections.abc import Collection, Sequence

import msgspec

from models.instants import month_in_jakarta
from models.rules import Rules
from models.touches import ORGANIC, RANK, Touch
from streams.credit import MODELS, credit_by_model
from streams.folds.messages import ACTIVE, GONE, Answer, Enrolled

WHOLE_MEMBER = 1_000_000
"""Millionths that each member's rows sum to, under each model."""

Credit = tuple[int, ...]
"""Millionths by credit model, in the registry's order."""

Cell = tuple[str, str, str, str]
"""Campaign, district, month, kind: what a sum is kept for."""


class Line(msgspec.Struct, frozen=True, array_like=True, gc=False):
    touch: Touch | None
    """None is organic."""
    credit: Credit


class Statement(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """All that is believed of a member; equal statements say the same."""

    status: str
    counting: Enrolled | None
    """The enrollment that counts; None when none names the member."""
    duplicates: int
    evidence: str
    rules_version: str
    lines: tuple[Line, ...]


def counting(enrollments: Collection[Enrolled]) -> tuple[str, Enrolled | None, int]:
    """Status of the member, the enrollment that counts, and how many active ones it leaves aside.

    The earliest active one counts, then the smallest event id; with none active, the same of the cancelled.
    """
    active = [enrolled for enrolled in enrollments if enrolled.standing == ACTIVE]
    pool = active or [enrolled for enrolled in enrollments if enrolled.standing != GONE]
    if not pool:
        return "gone", None, 0
    first = pool[0] if len(pool) == 1 else min(pool, key=lambda one: (one.occurred_us, one.event_id))
    return ("active", first, len(active) - 1) if active else ("cancelled", first, 0)


def answered(enrolled: Enrolled, answers: dict[str, Answer]) -> bool:
    """Whether every subject of this version of the enrollment has answered."""
    for subject in enrolled.subjects:
        answer = answers.get(answer_slot(enrolled.event_id, subject))
        if answer is None or answer.enrollment_version != enrolled.version:
            return False
    return True


def answer_slot(event_id: str, subject: str) -> str:
    return f"{event_id} {subject}"


def journey(enrolled: Enrolled, answers: dict[str, Answer]) -> list[Touch]:
    """Declared, attendance and company touches in touch order; an event touches once, by its highest rank."""
    touches: dict[tuple[str, str], Touch] = {}
    if enrolled.declared is not None:
        touches["enrollment", enrolled.event_id] = Touch(
            enrolled.occurred_us,
            "declared",
            enrolled.event_id,
            "enrollment",
            enrolled.declared,
            "declared",
            "persuasion",
        )
    for subject in enrolled.subjects:
        for touch in answers[answer_slot(enrolled.event_id, subject)].touches:
            identity = touch.type, touch.touch_id
            other = touches.get(identity)
            if other is None or RANK[other.evidence] < RANK[touch.evidence]:
                touches[identity] = touch
    return (
        sorted(touches.values(), key=lambda touch: touch.order)
        if len(touches) > 1
        else list(touches.values())
    )


def lines(touches: Sequence[Touch], shared: int, converted_us: int, rules: Rules) -> tuple[Line, ...]:
    """Lines of a journey that shares `shared` millionths; the rest of the member is organic."""
    organic = WHOLE_MEMBER - shared
    by_model = credit_by_model([touch.touched_us for touch in touches], converted_us, shared, rules).values()
    earned = [Line(touch, credit) for touch, credit in zip(touches, zip(*by_model, strict=True), strict=True)]
    if organic:
        earned.append(Line(None, (organic,) * len(MODELS)))
    return tuple(earned)


def state(
    status: str, enrolled: Enrolled | None, duplicates: int, touches: Sequence[Touch], rules: Rules
) -> Statement:
    """The statement of a member whose journey, or whose place touches if that is empty, are `touches`."""
    if status != "active" or enrolled is None:
        return Statement(status, enrolled, 0, "none", rules.version, ())
    if not touches:
        organic = Line(None, (WHOLE_MEMBER,) * len(MODELS))
        return Statement(status, enrolled, duplicates, "none", rules.version, (organic,))
    evidence = max((touch.evidence for touch in touches), key=RANK.__getitem__)
    shared = rules.place_share if evidence == "place" else WHOLE_MEMBER
    return Statement(
        status,
        enrolled,
        duplicates,
        evidence,
        rules.version,
        lines(touches, shared, enrolled.occurred_us, rules),
    )


def cells(statement: Statement) -> dict[Cell, tuple[Credit, Credit]]:
    """What a statement adds to the live counts: cell to (millionths, members), each by credit model."""
    enrolled = statement.counting
    if enrolled is None or not statement.lines:
        return {}
    month = month_in_jakarta(enrolled.occurred_us)
    district = enrolled.place[:5]
    credit: dict[Cell, Credit] = {}
    for line in statement.lines:
        campaign = ORGANIC if line.touch is None else line.touch.campaign_id
        cell = campaign, district, month, enrolled.kind
        known = credit.get(cell)
        credit[cell] = line.credit if known is None else tuple(map(int.__add__, known, line.credit))
    return {cell: (sums, tuple(1 if one else 0 for one in sums)) for cell, sums in credit.items()}

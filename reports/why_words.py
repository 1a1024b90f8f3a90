"""A member's journey and credit in words: times in Asia/Jakarta, places by name, shares exact."""

from collections.abc import Iterator
from typing import Final

from models.places import Places
from models.statement import WHOLE_MEMBER
from reports.journey import Enrollment, Inspection, Line, Outreach, Unknown, Why
from reports.moments import as_of_words
from reports.wording import days_before, percent, when
from streams.attribution.credit import MODELS

_CHANNELS: Final = {
    "wayang": "wayang show",
    "healthy_walk": "healthy walk",
    "sailing_race": "sailing race",
    "mass_socialisation": "mass socialisation",
    "institution_meeting": "meeting with institutions",
    "perisai": "visit of Perisai agents",
    "other": "event of another kind",
}
_STAGES: Final = {
    "visit": "visit",
    "sp1": "first warning letter (SP1)",
    "sp2": "second warning letter (SP2)",
    "sanction": "sanction",
}
_OUTCOMES: Final = {
    "promised": "it promised to register",
    "refused": "it refused",
    "registered": "it registered",
    "not_found": "nobody was found there",
    "other": "with another outcome",
}


def in_words(found: Why | Unknown, places: Places) -> str:
    """Paragraphs of lines, ready to print."""
    lines = _unknown(found) if isinstance(found, Unknown) else _member(found, places)
    above = as_of_words(found.as_of)
    return "\n".join([above, "", *lines] if above else lines)


def _unknown(found: Unknown) -> Iterator[str]:
    if found.removed_us is None:
        yield f"No enrollment names {found.member_id}."
    else:
        yield (
            f"No enrollment names {found.member_id} any longer: a correction took the name back on "
            f"{when(found.removed_us)}. It has no credit now; the history keeps what was believed before."
        )
    if found.close:
        yield f"Similar member numbers: {', '.join(found.close)}."


def _member(why: Why, places: Places) -> Iterator[str]:
    yield _who(why, places)
    yield from _enrolled(why, places)
    if why.status == "cancelled":
        yield ""
        yield f"Cancelled: every enrollment that names {why.member_id} was taken back. It counts for nobody."
        return
    yield ""
    yield _journey(why)
    for line in why.lines:
        yield from _line(line, why, places)
    yield ""
    yield f"Rules {why.rules_version}; decided on {when(why.decided_us)}."


def _who(why: Why, places: Places) -> str:
    if why.kind == "company":
        what = "a company"
    elif why.company_id is None:
        what = "a worker without an employer (BPU)"
    else:
        what = f"a worker of {why.company_id}"
    return f"{why.member_id}: {what} in {places.label(why.place)}, member since {when(why.occurred_us)}."


def _enrolled(why: Why, places: Places) -> Iterator[str]:
    if why.counts is not None:
        yield f"Enrollment {why.counts.event_id}, sent by {why.counts.source}."
    for other in why.others:
        yield _other(other, why, places)


def _other(other: Enrollment, why: Why, places: Places) -> str:
    text = f"{other.event_id}, sent by {other.source}: {when(other.occurred_us)}, {places.label(other.place)}"
    if other.status == "cancelled":
        return f"Taken back: enrollment {text}."
    reason = "was earlier" if why.occurred_us < other.occurred_us else "has the smaller id"
    return f"Enrolled again: {text}. It earns nothing, for the enrollment above {reason}."


def _journey(why: Why) -> str:
    touches = sum(line.touch_id is not None for line in why.lines)
    if touches == 0:
        return (
            "Organic: no effort is known to have reached this member. The form names no campaign, no list of "
            "the time before has the member or the employer, and no event was held around the place."
        )
    number = "1 touch" if touches == 1 else f"{touches} touches"
    if why.evidence != "place":
        return f"{number} before the enrollment, in order. Touches by place alone do not count beside them."
    organic = max(why.lines[-1].credit.values())
    return (
        f"{number} before the enrollment, in order, by place alone: no list says that the member was there. "
        f"Being near proves little, so they share {percent(WHOLE_MEMBER - organic)} and the rest is organic."
    )


def _line(line: Line, why: Why, places: Places) -> Iterator[str]:
    if line.touched_us is None:
        yield "  organic: what no effort is known to have brought"
    else:
        before = days_before(line.touched_us, why.occurred_us)
        what = _what(line, places)
        yield f"  {line.number + 1}. {when(line.touched_us)}, {before}: {line.campaign_id}, {what}"
        yield f"     {_evidence(line, why, places)}; {_approach(line)}"
    shares = (f"{model} {_share(line.credit.get(model, 0))}" for model in MODELS)
    yield f"     {' | '.join(shares)}"


def _share(credit: int) -> str:
    return f"{percent(credit)} ({credit:,})" if credit else "0"


def _what(line: Line, places: Places) -> str:
    match line.event:
        case Outreach() as event:
            kind = _CHANNELS.get(event.channel, event.channel)
            where = places.label(event.place)
            return f"a {kind} in {where} with {event.headcount:,} people, sent by {event.source}"
        case Inspection() as event:
            stage = _STAGES.get(event.stage, event.stage)
            outcome = _OUTCOMES.get(event.outcome, event.outcome)
            return f"an inspection, {stage}, by {event.team}: {outcome}"
        case None if line.evidence == "declared":
            return "named on the form"
        case None:
            return f"channel {line.channel}, event {line.touch_id}"


def _evidence(line: Line, why: Why, places: Places) -> str:
    match line.evidence:
        case "declared":
            return "declared: the member, or the agent who recruited them, named the campaign"
        case "attendance":
            return "attendance: the member is on the list of those who registered"
        case "company":
            whose = "the company" if why.kind == "company" else f"the employer {why.company_id}"
            how = "was inspected" if line.channel == "inspection" else "was represented"
            return f"company: {whose} {how}"
        case "place":
            return f"place: it reached {places.label(why.place)}, where the member works"
        case other:
            return other


def _approach(line: Line) -> str:
    if line.approach == "compulsion":
        return "compulsion: a warning letter or a sanction, no mere visit"
    return line.approach

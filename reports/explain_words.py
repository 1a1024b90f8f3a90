"""The difference between two moments in words: campaigns, then members with their touches, then events."""

from collections.abc import Iterator

from models.places import Places
from reports.changes import CampaignChange, EffortChange, Explanation, MemberChange, Standing, TouchChange
from reports.moments import Moment
from reports.wording import many, percent, signed_members, when


def in_words(found: Explanation, places: Places, model: str, most: int) -> Iterator[str]:
    """Lines to print: credit under one model; at most so many campaigns (largest first), members, events."""
    yield _between(found)
    if not found.campaigns:
        yield "No number of any campaign differs."
    largest = sorted(found.campaigns, key=lambda one: (-abs(one.workers.get(model, 0)), one.name))
    yield from (_campaign(one, model) for one in largest[:most])
    yield from _more(len(largest), most, "campaign")
    for member in found.members[:most]:
        yield ""
        yield from _member(member, places, model)
    yield from _more(len(found.members), most, "member")
    if found.efforts:
        yield ""
    yield from (_effort(one) for one in found.efforts[:most])
    yield from _more(len(found.efforts), most, "event")
    yield ""
    yield _sum(found)


def _between(found: Explanation) -> str:
    return f"From {_moment(found.before)} to {_moment(found.after)}:"


def _moment(moment: Moment) -> str:
    return f"{when(moment.committed_us or 0, seconds=True)} (batch {moment.batch})"


def _campaign(campaign: CampaignChange, model: str) -> str:
    parts = [f"{signed_members(campaign.workers.get(model, 0))} workers"]
    parts += [f"{signed_members(campaign.companies.get(model, 0))} companies"]
    parts += (
        [f"{campaign.events:+,} {'event' if abs(campaign.events) == 1 else 'events'}"]
        if campaign.events
        else []
    )
    parts += [f"Rp {campaign.cost_idr:+,}"] if campaign.cost_idr else []
    return f"  {campaign.name}: {', '.join(parts)}"


def _member(member: MemberChange, places: Places, model: str) -> Iterator[str]:
    match member.before, member.after:
        case None, Standing() as after:
            yield f"{member.member_id}: new, {_described(after, places)}"
        case Standing(), None:
            yield f"{member.member_id}: gone; no enrollment names this member any more"
        case Standing() as before, Standing() as after:
            yield f"{member.member_id}: {'; '.join(_differences(before, after, places)) or 'touches changed'}"
    for touch in member.touches:
        yield f"  {_touch(touch, model)}"


def _described(standing: Standing, places: Places) -> str:
    return (
        f"a {standing.kind} in {places.label(standing.place)}, {standing.status}, member since "
        f"{when(standing.occurred_us)}, by enrollment {standing.enrollment_event_id}"
    )


def _differences(before: Standing, after: Standing, places: Places) -> Iterator[str]:
    for name in ("status", "kind", "company_id", "evidence", "duplicates", "rules_version"):
        was, now = getattr(before, name), getattr(after, name)
        if was != now:
            yield f"{name} {was} -> {now}"
    if before.place != after.place:
        yield f"place {places.label(before.place)} -> {places.label(after.place)}"
    if before.occurred_us != after.occurred_us:
        yield f"member since {when(before.occurred_us)} -> {when(after.occurred_us)}"
    if before.enrollment_event_id != after.enrollment_event_id:
        yield f"enrollment {before.enrollment_event_id} -> {after.enrollment_event_id}"


def _touch(change: TouchChange, model: str) -> str:
    touch = change.after or change.before
    assert touch is not None  # noqa: S101  one of them is there
    about = f"{touch.campaign_id}, {touch.evidence}"
    about += "" if touch.touched_us is None else f", {when(touch.touched_us)}"
    was = None if change.before is None else change.before.credit.get(model, 0)
    now = None if change.after is None else change.after.credit.get(model, 0)
    match was, now:
        case None, int():
            return f"+ {about}: {percent(now)}"
        case int(), None:
            return f"- {about}: {percent(was)}"
        case int(), int() if was != now:
            return f"~ {about}: {percent(was)} -> {percent(now)}"
        case _:
            return f"~ {about}"


def _effort(change: EffortChange) -> str:
    after = change.after
    about = f"{change.type} {change.event_id} of {after.campaign_id}"
    if change.before is None:
        return f"{about}: new, {after.status}, Rp {after.cost_idr:,}"
    if change.before == after:
        return f"{about}: corrected; its campaign, status and cost are the same"
    was = f"{change.before.campaign_id}, {change.before.status}, Rp {change.before.cost_idr:,}"
    return f"{about}: {was} -> {after.campaign_id}, {after.status}, Rp {after.cost_idr:,}"


def _more(number: int, most: int, what: str) -> Iterator[str]:
    if number > most:
        yield f"{many(number - most, f'more {what}')}; --json has all"


def _sum(found: Explanation) -> str:
    changes = f"{many(len(found.members), 'member')} and {many(len(found.efforts), 'event')} changed"
    if found.adds_up:
        return f"{changes}. They add up to the campaigns' difference to the millionth."
    return f"{changes}. They do NOT add up to the campaigns' difference: please report it with --json."

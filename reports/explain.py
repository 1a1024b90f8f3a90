"""The difference between two moments, member by member and event by event, and what both add up to."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Final

from sqlalchemy import Connection, RowMapping, select

from models.tables.columns import table_of
from models.tables.rows import StatementRow
from reports.campaigns import campaigns
from reports.changes import (
    EVENT_TYPES,
    CampaignChange,
    EffortChange,
    Explanation,
    MemberChange,
    Standing,
    Touch,
    TouchChange,
)
from reports.efforts import Effort, decode_effort
from reports.moments import Moment
from streams.attribution.credit import MODELS

_STATEMENT = table_of(StatementRow)
_MEMBER_FIELDS: Final = (
    "kind",
    "company_id",
    "place",
    "status",
    "evidence",
    "duplicates",
    "enrollment_event_id",
    "rules_version",
)
_LINE_FIELDS: Final = ("campaign_id", "channel", "evidence", "approach")


def explain(connection: Connection, before: Moment, after: Moment) -> Explanation:
    """`before` is the earlier one, and neither is NOW."""
    members = tuple(_members(connection, before, after))
    efforts = tuple(_efforts(connection, before, after))
    sums = {name: one for name, one in _sums(members, efforts).items() if not one.is_zero}
    return Explanation(
        before,
        after,
        tuple(sums[name] for name in sorted(sums)),
        members,
        efforts,
        adds_up=sums == _difference(connection, before, after),
    )


def _members(connection: Connection, before: Moment, after: Moment) -> Iterable[MemberChange]:
    between = (_STATEMENT.c.batch > before.batch, _STATEMENT.c.batch <= after.batch)
    stated = select(_STATEMENT.c.member_id).where(*between).distinct().order_by(_STATEMENT.c.member_id)
    ids = list(connection.scalars(stated))
    standing = [_standings(connection, moment, ids) for moment in (before, after)]
    touches = [_touches(connection, moment, ids) for moment in (before, after)]
    for member_id in ids:
        was, now = (of_moment.get(member_id) for of_moment in standing)
        had, has = (of_moment.get(member_id, {}) for of_moment in touches)
        moved = was is not None and now is not None and was.kind != now.kind
        changed = [key for key in {**had, **has} if moved or had.get(key) != has.get(key)]
        if was != now or changed:
            changes = (TouchChange(had.get(key), has.get(key)) for key in changed)
            yield MemberChange(member_id, was, now, tuple(changes))


def _standings(connection: Connection, moment: Moment, ids: Iterable[str]) -> dict[str, Standing]:
    wanted = set(ids)
    rows = connection.execute(select(moment.members())).mappings()
    return {row["member_id"]: _standing(row) for row in rows if row["member_id"] in wanted}


def _standing(row: RowMapping) -> Standing:
    return Standing(**{name: row[name] for name in _MEMBER_FIELDS}, occurred_us=row["occurred_at"])


TouchKey = tuple[str, str | None]
"""Kind of event and its id: events of two types may have the same id. Organic has none."""


def _touches(connection: Connection, moment: Moment, ids: Iterable[str]) -> dict[str, dict[TouchKey, Touch]]:
    wanted = set(ids)
    line = moment.lines()
    rows = connection.execute(select(line).order_by(line.c.member_id, line.c.line)).mappings()
    touches: dict[str, dict[TouchKey, Touch]] = defaultdict(dict)
    for row in rows:
        if row["member_id"] in wanted:
            kind = row["channel"] if row["channel"] in {"declared", "inspection"} else "outreach"
            touches[row["member_id"]][kind, row["touch_id"]] = _touch(row)
    return touches


def _touch(row: RowMapping) -> Touch:
    credit = {model: row[model] for model in MODELS if row[model] is not None}
    described = {name: row[name] for name in _LINE_FIELDS}
    return Touch(row["touch_id"], **described, touched_us=row["touched_at"], credit=credit)


def _efforts(connection: Connection, before: Moment, after: Moment) -> Iterable[EffortChange]:
    for event_type in EVENT_TYPES:
        was, now = (_bodies(connection, moment, event_type) for moment in (before, after))
        for event_id in sorted(now):
            if was.get(event_id) != now[event_id]:
                earlier = was.get(event_id)
                effort = None if earlier is None else decode_effort(earlier)
                yield EffortChange(event_type, event_id, effort, decode_effort(now[event_id]))


def _bodies(connection: Connection, moment: Moment, event_type: str) -> dict[str, str]:
    return dict(connection.execute(moment.bodies(event_type)).all())


def _sums(members: Iterable[MemberChange], efforts: Iterable[EffortChange]) -> dict[str, CampaignChange]:
    sums: dict[str, CampaignChange] = {}
    for member in members:
        for touch in member.touches:
            _add_credit(sums, member.before, touch.before, -1)
            _add_credit(sums, member.after, touch.after, 1)
    for effort in efforts:
        _add_effort(sums, effort.before, -1)
        _add_effort(sums, effort.after, 1)
    return sums


def _add_credit(
    sums: dict[str, CampaignChange], standing: Standing | None, touch: Touch | None, sign: int
) -> None:
    if standing is None or touch is None:
        return
    campaign = sums.setdefault(touch.campaign_id, CampaignChange(touch.campaign_id))
    campaign.add(standing.kind, touch.credit, sign)


def _add_effort(sums: dict[str, CampaignChange], effort: Effort | None, sign: int) -> None:
    if effort is not None and effort.status == "active":
        campaign = sums.setdefault(effort.campaign_id, CampaignChange(effort.campaign_id))
        campaign.events += sign
        campaign.cost_idr += sign * effort.cost_idr


def _difference(connection: Connection, before: Moment, after: Moment) -> dict[str, CampaignChange]:
    """The same sums by the other way: from what `campaigns` says at both moments."""
    differences: dict[str, CampaignChange] = {}
    for moment, sign in ((before, -1), (after, 1)):
        found = campaigns(connection, moment)
        for one in (*found.campaigns, found.organic):
            change = differences.setdefault(one.name, CampaignChange(one.name))
            change.events += sign * one.events
            change.cost_idr += sign * one.cost_idr
            change.add("worker", one.workers, sign)
            change.add("company", one.companies, sign)
    return {name: one for name, one in differences.items() if not one.is_zero}

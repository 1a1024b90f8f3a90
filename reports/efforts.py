"""Cost of the active events by campaign and channel, and the channel to which a declaration counts."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, Final, NamedTuple

import msgspec
from sqlalchemy import (
    BigInteger,
    Connection,
    Select,
    and_,
    case,
    cast,
    func,
    literal,
    select,
    true,
    union_all,
)

from models.instants import parse
from models.tables.columns import table_of
from models.tables.rows import InspectionRow, OutreachEventRow
from reports.moments import Moment
from reports.scope import EVERYTHING, Scope

DECLARED: Final = "declared"
_OUTREACH, _INSPECTION = table_of(OutreachEventRow), table_of(InspectionRow)
_ABOUT: Final = ("campaign_id", "place", "occurred_at", "cost_idr")


class Effort(msgspec.Struct, frozen=True):
    """Of an outreach event or an inspection, which has no channel of its own in its text."""

    campaign_id: str
    status: str
    cost_idr: int
    channel: str = "inspection"


class _Held(Effort, frozen=True, kw_only=True):
    """The same with where and when."""

    place: str
    occurred_at: str


decode_effort = msgspec.json.Decoder(Effort).decode
_decode_held = msgspec.json.Decoder(_Held).decode


class EffortSum(NamedTuple):
    """Active events of one campaign in one channel; none where all of them are outside of the scope."""

    campaign_id: str
    channel: str
    events: int
    cost_idr: int
    wider: int
    """Events of the period for a larger place, which holds that of the scope: not among the others."""


def efforts(connection: Connection, moment: Moment, scope: Scope = EVERYTHING) -> Iterable[EffortSum]:
    """Ordered. An event is in the scope by its own place and its own moment."""
    if moment.batch is None:
        return [EffortSum(*row) for row in connection.execute(_efforts_now(scope))]
    sums: dict[tuple[str, str], tuple[int, int, int]] = defaultdict(lambda: (0, 0, 0))
    for event_type in ("outreach-event", "inspection"):
        for _, body in connection.execute(moment.bodies(event_type)):
            one = _decode_held(body)
            if one.status == "active":
                events, cost_idr, wider = sums[one.campaign_id, one.channel]
                in_scope = scope.has(one.place, parse(one.occurred_at))
                is_wider = scope.is_inside(one.place) and scope.has_instant(parse(one.occurred_at))
                sums[one.campaign_id, one.channel] = (
                    events + in_scope,
                    cost_idr + in_scope * one.cost_idr,
                    wider + is_wider,
                )
    return [EffortSum(*key, *sums[key]) for key in sorted(sums)]


def credited_channel(channel: str, own: Sequence[str]) -> str:
    """Of a touch's channel, the one that its credit counts for: `own` are those of the campaign's events.

    >>> credited_channel(DECLARED, ["perisai"]), credited_channel(DECLARED, ["perisai", "other"])
    ('perisai', 'declared')
    """
    return own[0] if channel == DECLARED and len(own) == 1 else channel


def _efforts_now(scope: Scope) -> Select[Any]:
    every = union_all(
        select(*(_OUTREACH.c[name] for name in _ABOUT), _OUTREACH.c.channel).where(
            _OUTREACH.c.status == "active"
        ),
        select(*(_INSPECTION.c[name] for name in _ABOUT), literal("inspection")).where(
            _INSPECTION.c.status == "active"
        ),
    ).subquery()
    key = (every.c.campaign_id, every.c.channel)
    in_scope, wider = and_(true(), *scope.of(every)), scope.wider(every)
    numbers = (
        (in_scope, literal(1)),
        (in_scope, every.c.cost_idr),
        (literal(value=False) if wider is None else wider, literal(1)),
    )
    sums = (cast(func.sum(case((there, number), else_=0)), BigInteger) for there, number in numbers)
    return select(*key, *sums).group_by(*key).order_by(*key)

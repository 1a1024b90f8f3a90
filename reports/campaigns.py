"""Members and cost of each campaign and channel, and progress towards the year's target.

Credit is summed over the current lines, so companies and workers are in millionths: three campaigns that
share one worker have a third each.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

import msgspec
from sqlalchemy import BigInteger, Connection, FromClause, Select, cast, func, literal, select, union_all

from models.statement import WHOLE_MEMBER
from models.tables.columns import table_of
from models.tables.rows import InspectionRow, OutreachEventRow
from models.touches import ORGANIC
from reports.moments import NOW, Moment
from streams.attribution.credit import MODELS

_OUTREACH, _INSPECTION = table_of(OutreachEventRow), table_of(InspectionRow)
DECLARED: Final = "declared"


class Target(NamedTuple):
    """New members that the agency wants in a year."""

    workers: int
    companies: int


TARGET_2017: Final = Target(workers=117_376, companies=2_710)


@dataclass(frozen=True, slots=True)
class Return:
    """Cost and credit of one campaign or one channel."""

    name: str
    channels: tuple[str, ...]
    """Of a campaign: those of its active events; `declared` if it was only named on forms."""
    events: int
    cost_idr: int
    workers: Mapping[str, int]
    """Millionths of workers by credit model; models without credit are absent."""
    companies: Mapping[str, int]
    """Millionths of companies by credit model."""

    def cost_per_worker_idr(self, model: str) -> int | None:
        """In whole rupiah, halves up; None if no worker is credited."""
        credited = self.workers.get(model, 0)
        return None if credited == 0 else (2 * self.cost_idr * WHOLE_MEMBER + credited) // (2 * credited)


class Progress(NamedTuple):
    workers: int
    companies: int
    target: Target


@dataclass(frozen=True, slots=True)
class Campaigns:
    campaigns: tuple[Return, ...]
    """By channel, then name; without organic."""
    channels: tuple[Return, ...]
    """By name. Declared credit counts for the campaign's own channel if it has just one."""
    organic: Return
    """Credit of no known effort."""
    progress: Progress
    as_of: Moment = NOW


@dataclass(slots=True)
class _Tally:
    events: int = 0
    cost_idr: int = 0
    credit: dict[str, dict[str, int]] = field(default_factory=lambda: {"worker": {}, "company": {}})
    """Millionths by kind and model."""

    def add(self, kind: str, credit: Iterable[int | None]) -> None:
        """Add the credit of some lines, in the order of the models."""
        of_kind = self.credit[kind]
        for model, millionths in zip(MODELS, credit, strict=True):
            if millionths is not None:
                of_kind[model] = of_kind.get(model, 0) + millionths

    def to_return(self, name: str, channels: Iterable[str]) -> Return:
        kinds = self.credit
        return Return(name, tuple(channels), self.events, self.cost_idr, kinds["worker"], kinds["company"])


def campaigns(connection: Connection, moment: Moment = NOW, *, target: Target = TARGET_2017) -> Campaigns:
    by_campaign: dict[str, _Tally] = defaultdict(_Tally)
    by_channel: dict[str, _Tally] = defaultdict(_Tally)
    channels_of: dict[str, list[str]] = defaultdict(list)
    for campaign_id, channel, events, cost_idr in _efforts(connection, moment):
        channels_of[campaign_id].append(channel)
        for tally in (by_campaign[campaign_id], by_channel[channel]):
            tally.events += events
            tally.cost_idr += cost_idr
    for campaign_id, channel, kind, *credit in connection.execute(_credited(moment.lines())):
        own = channels_of[campaign_id]
        credited = own[0] if channel == DECLARED and len(own) == 1 else channel
        for tally in (by_campaign[campaign_id], by_channel[credited]):
            tally.add(kind, credit)
    by_channel.pop(ORGANIC, None)
    organic = by_campaign.pop(ORGANIC, _Tally()).to_return(ORGANIC, (ORGANIC,))
    returns = [tally.to_return(name, channels_of[name] or (DECLARED,)) for name, tally in by_campaign.items()]
    return Campaigns(
        tuple(sorted(returns, key=lambda one: (one.channels, one.name))),
        tuple(by_channel[name].to_return(name, (name,)) for name in sorted(by_channel)),
        organic,
        _progress(connection, moment, target),
        moment,
    )


class Effort(msgspec.Struct, frozen=True):
    """Of an outreach event or an inspection, which has no channel of its own in its text."""

    campaign_id: str
    status: str
    cost_idr: int
    channel: str = "inspection"


decode_effort = msgspec.json.Decoder(Effort).decode


def _efforts(connection: Connection, moment: Moment) -> Iterable[tuple[str, str, int, int]]:
    """Campaign, channel, number and cost of the active events, ordered."""
    if moment.batch is None:
        return connection.execute(_EFFORTS_NOW)
    sums: dict[tuple[str, str], tuple[int, int]] = defaultdict(lambda: (0, 0))
    for event_type in ("outreach-event", "inspection"):
        for _, body in connection.execute(moment.bodies(event_type)):
            effort = decode_effort(body)
            if effort.status == "active":
                number, cost_idr = sums[effort.campaign_id, effort.channel]
                sums[effort.campaign_id, effort.channel] = number + 1, cost_idr + effort.cost_idr
    return ((*key, *sums[key]) for key in sorted(sums))


def _efforts_now() -> Select[Any]:
    every = union_all(
        select(_OUTREACH.c.campaign_id, _OUTREACH.c.channel, _OUTREACH.c.cost_idr).where(
            _OUTREACH.c.status == "active"
        ),
        select(_INSPECTION.c.campaign_id, literal("inspection"), _INSPECTION.c.cost_idr).where(
            _INSPECTION.c.status == "active"
        ),
    ).subquery()
    key = (every.c.campaign_id, every.c.channel)
    cost = cast(func.sum(every.c.cost_idr), BigInteger)
    return select(*key, func.count(), cost).group_by(*key).order_by(*key)


_EFFORTS_NOW = _efforts_now()


def _credited(line: FromClause) -> Select[Any]:
    """Millionths by campaign, channel of the touch and kind of member; one column per credit model."""
    key = (line.c.campaign_id, line.c.channel, line.c.kind)
    return select(*key, *(func.sum(line.c[model]) for model in MODELS)).group_by(*key).order_by(*key)


def _progress(connection: Connection, moment: Moment, target: Target) -> Progress:
    member = moment.members()
    query = select(member.c.kind, func.count()).where(member.c.status == "active").group_by(member.c.kind)
    active: dict[str, int] = dict(connection.execute(query).all())
    return Progress(active.get("worker", 0), active.get("company", 0), target)

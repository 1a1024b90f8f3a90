"""What each campaign and channel brought in and what it cost, and how far the year's target is reached.

Credit is summed over the current lines, so companies and workers are fractions in millionths: three campaigns
that share one worker have a third each.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from sqlalchemy import BigInteger, Connection, Select, cast, func, literal, select, union_all

from models.tables.columns import table_of
from models.tables.rows import InspectionRow, MemberRow, OutreachEventRow
from models.tables.views import CreditLineCurrentRow
from models.touches import ORGANIC
from streams.attribution.credit import MODELS

_MEMBER, _OUTREACH, _INSPECTION = table_of(MemberRow), table_of(OutreachEventRow), table_of(InspectionRow)
_LINE = table_of(CreditLineCurrentRow)
DECLARED: Final = "declared"


class Target(NamedTuple):
    """New members that the agency wants in a year."""

    workers: int
    companies: int


TARGET_2017: Final = Target(workers=117_376, companies=2_710)


@dataclass(frozen=True, slots=True)
class Return:
    """What one campaign or one channel cost and brought in."""

    name: str
    channels: tuple[str, ...]
    """Of a campaign: those of its active events; `declared` if it has none and was only named on forms."""
    events: int
    cost_idr: int
    workers: Mapping[str, int]
    """Millionths of workers by credit model; a model that gives nothing is absent."""
    companies: Mapping[str, int]
    """Millionths of companies by credit model."""

    def cost_a_worker_idr(self, model: str) -> int | None:
        """In whole rupiah, halves up; None where no worker is credited."""
        credited = self.workers.get(model, 0)
        return None if credited == 0 else (2 * self.cost_idr * 1_000_000 + credited) // (2 * credited)


class Progress(NamedTuple):
    workers: int
    companies: int
    target: Target


@dataclass(frozen=True, slots=True)
class Campaigns:
    campaigns: tuple[Return, ...]
    """By channel, then name; without organic."""
    channels: tuple[Return, ...]
    """By name. What members declared counts for the campaign's own channel where it has just one."""
    organic: Return
    """Members, or parts of them, that no effort is known to have brought in."""
    progress: Progress


@dataclass(slots=True)
class _Tally:
    events: int = 0
    cost_idr: int = 0
    credit: dict[str, dict[str, int]] = field(default_factory=lambda: {"worker": {}, "company": {}})
    """Millionths by kind and model."""

    def add(self, kind: str, credit: Iterable[int | None]) -> None:
        """Take in the credit of some lines, in the order of the models."""
        of_kind = self.credit[kind]
        for model, millionths in zip(MODELS, credit, strict=True):
            if millionths is not None:
                of_kind[model] = of_kind.get(model, 0) + millionths

    def told(self, name: str, channels: Iterable[str]) -> Return:
        kinds = self.credit
        return Return(name, tuple(channels), self.events, self.cost_idr, kinds["worker"], kinds["company"])


def campaigns(connection: Connection, target: Target = TARGET_2017) -> Campaigns:
    by_campaign: dict[str, _Tally] = defaultdict(_Tally)
    by_channel: dict[str, _Tally] = defaultdict(_Tally)
    held: dict[str, list[str]] = defaultdict(list)
    for campaign_id, channel, events, cost_idr in connection.execute(_efforts()):
        held[campaign_id].append(channel)
        for tally in (by_campaign[campaign_id], by_channel[channel]):
            tally.events += events
            tally.cost_idr += cost_idr
    for campaign_id, channel, kind, *credit in connection.execute(_credited()):
        own = held[campaign_id]
        credited = own[0] if channel == DECLARED and len(own) == 1 else channel
        for tally in (by_campaign[campaign_id], by_channel[credited]):
            tally.add(kind, credit)
    by_channel.pop(ORGANIC, None)
    organic = by_campaign.pop(ORGANIC, _Tally()).told(ORGANIC, (ORGANIC,))
    told = [tally.told(name, held[name] or (DECLARED,)) for name, tally in by_campaign.items()]
    return Campaigns(
        tuple(sorted(told, key=lambda one: (one.channels, one.name))),
        tuple(by_channel[name].told(name, (name,)) for name in sorted(by_channel)),
        organic,
        _progress(connection, target),
    )


def _efforts() -> Select[Any]:
    """Active events and their cost by campaign and channel."""
    every = union_all(
        select(_OUTREACH.c.campaign_id, _OUTREACH.c.channel, _OUTREACH.c.cost_idr).where(
            _OUTREACH.c.status == "active"
        ),
        select(_INSPECTION.c.campaign_id, literal("inspection"), _INSPECTION.c.cost_idr).where(
            _INSPECTION.c.status == "active"
        ),
    ).subquery()
    what = (every.c.campaign_id, every.c.channel)
    cost = cast(func.sum(every.c.cost_idr), BigInteger)
    return select(*what, func.count(), cost).group_by(*what).order_by(*what)


def _credited() -> Select[Any]:
    """Millionths by campaign, channel of the touch and kind of member; a column a credit model."""
    what = (_LINE.c.campaign_id, _LINE.c.channel, _LINE.c.kind)
    return select(*what, *(func.sum(_LINE.c[model]) for model in MODELS)).group_by(*what).order_by(*what)


def _progress(connection: Connection, target: Target) -> Progress:
    query = select(_MEMBER.c.kind, func.count()).where(_MEMBER.c.status == "active").group_by(_MEMBER.c.kind)
    active: dict[str, int] = dict(connection.execute(query).all())
    return Progress(active.get("worker", 0), active.get("company", 0), target)

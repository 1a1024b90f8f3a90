"""Members and cost of each campaign and channel, and progress towards the year's target.

Credit is summed over the current lines, so companies and workers are in millionths: three campaigns that
share one worker have a third each.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, NamedTuple

from sqlalchemy import Connection

from models.statement import WHOLE_MEMBER
from models.touches import ORGANIC
from reports.credited import Credited, credited
from reports.efforts import DECLARED, EffortSum, credited_channel, efforts
from reports.moments import NOW, Moment
from reports.targets import Standing, Targets, headline, targets
from streams.attribution.credit import MODELS


class Target(NamedTuple):
    """New members that the agency wants in a year, in all; None where there is no such target."""

    workers: int | None
    companies: int | None


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
        return self._cost_per_member_idr(self.workers.get(model, 0))

    def cost_per_company_idr(self, model: str) -> int | None:
        """The same cost for each company."""
        return self._cost_per_member_idr(self.companies.get(model, 0))

    def _cost_per_member_idr(self, credited: int) -> int | None:
        return None if credited == 0 else (2 * self.cost_idr * WHOLE_MEMBER + credited) // (2 * credited)


def described(of: Return) -> dict[str, Any]:
    """As people get it in JSON: credit in millionths of a member, money in rupiah."""
    own = {one.name: getattr(of, one.name) for one in fields(of)}
    return own | {
        "cost_a_worker_idr": {model: of.cost_per_worker_idr(model) for model in MODELS},
        "cost_a_company_idr": {model: of.cost_per_company_idr(model) for model in MODELS},
    }


class Progress(NamedTuple):
    """New members of a year, where there is a target for them."""

    workers: int
    companies: int
    target: Target
    year: int


@dataclass(frozen=True, slots=True)
class Returns:
    campaigns: tuple[Return, ...]
    """By channel, then name; without organic."""
    channels: tuple[Return, ...]
    """By name. Declared credit counts for the campaign's own channel if it has just one."""
    organic: Return
    """Credit of no known effort."""
    wider_campaigns: Mapping[str, int]
    """Events for a larger place than that of the scope; campaigns without are absent."""
    wider_channels: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Campaigns:
    campaigns: tuple[Return, ...]
    """As in `Returns`, as are the next two."""
    channels: tuple[Return, ...]
    organic: Return
    progress: Progress
    as_of: Moment = NOW


@dataclass(slots=True)
class _Tally:
    events: int = 0
    cost_idr: int = 0
    credit: dict[str, dict[str, int]] = field(default_factory=lambda: {"worker": {}, "company": {}})
    """Millionths by kind and model."""
    wider: int = 0

    @property
    def is_empty(self) -> bool:
        """Whether nothing of it is in the scope."""
        return not (self.events or any(self.credit.values()))

    def spend(self, effort: EffortSum) -> None:
        self.events += effort.events
        self.cost_idr += effort.cost_idr
        self.wider += effort.wider

    def add(self, kind: str, credit: Iterable[int | None]) -> None:
        """Add the credit of some lines, in the order of the models."""
        of_kind = self.credit[kind]
        for model, millionths in zip(MODELS, credit, strict=True):
            if millionths is not None:
                of_kind[model] = of_kind.get(model, 0) + millionths

    def to_return(self, name: str, channels: Iterable[str]) -> Return:
        kinds = self.credit
        return Return(name, tuple(channels), self.events, self.cost_idr, kinds["worker"], kinds["company"])


def campaigns(connection: Connection, moment: Moment = NOW) -> Campaigns:
    found = returns(efforts(connection, moment), credited(connection, moment))
    return Campaigns(
        found.campaigns, found.channels, found.organic, _progress(targets(connection, moment)), moment
    )


def returns(spent: Iterable[EffortSum], lines: Iterable[Credited]) -> Returns:
    """From what was read of one moment and scope: its members' credit, and the cost of its events."""
    by_campaign: dict[str, _Tally] = defaultdict(_Tally)
    by_channel: dict[str, _Tally] = defaultdict(_Tally)
    channels_of: dict[str, list[str]] = defaultdict(list)
    for effort in spent:
        channels_of[effort.campaign_id].append(effort.channel)
        for tally in (by_campaign[effort.campaign_id], by_channel[effort.channel]):
            tally.spend(effort)
    for one in lines:
        channel = credited_channel(one.channel, channels_of[one.campaign_id])
        for tally in (by_campaign[one.campaign_id], by_channel[channel]):
            tally.add(one.kind, one.credit)
    by_channel.pop(ORGANIC, None)
    organic = by_campaign.pop(ORGANIC, _Tally()).to_return(ORGANIC, (ORGANIC,))
    of_campaigns = [
        tally.to_return(name, channels_of[name] or (DECLARED,))
        for name, tally in by_campaign.items()
        if not tally.is_empty
    ]
    return Returns(
        tuple(sorted(of_campaigns, key=lambda one: (one.channels, one.name))),
        tuple(
            tally.to_return(name, (name,)) for name, tally in sorted(by_channel.items()) if not tally.is_empty
        ),
        organic,
        {name: tally.wider for name, tally in by_campaign.items() if tally.wider},
        {name: tally.wider for name, tally in by_channel.items() if tally.wider},
    )


def _progress(standing: Targets) -> Progress:
    workers, companies = (headline(standing.targets, kind) for kind in ("worker", "company"))
    return Progress(
        _reached(workers), _reached(companies), Target(_wanted(workers), _wanted(companies)), standing.year
    )


def _reached(standing: Standing | None) -> int:
    return 0 if standing is None else standing.pace.reached // WHOLE_MEMBER


def _wanted(standing: Standing | None) -> int | None:
    return None if standing is None else standing.target.number

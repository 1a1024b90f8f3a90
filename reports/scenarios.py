"""Scenarios, and how each differs from the live ledger as of the batch from which it was computed."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import CompoundSelect, Connection, FromClause, Select, func, select, union

from models.tables.columns import table_of
from models.tables.reporting import ScenarioCreditLineRow, ScenarioMemberRow, ScenarioRow
from reports.moments import Moment
from streams.attribution.credit import MODELS

_SCENARIO, _MEMBER = table_of(ScenarioRow), table_of(ScenarioMemberRow)
_LINE = table_of(ScenarioCreditLineRow)
_LINE_COLUMNS = [column.name for column in _LINE.c if column.name != "scenario"]
_MEMBER_COLUMNS = [column.name for column in _MEMBER.c if column.name != "scenario"]

Sums = Mapping[str, int]
"""Millionths by credit model; without those that are zero."""


class Scenario(NamedTuple):
    """A row of `scenario`."""

    name: str
    rules_version: str
    rules: str
    batch: int
    made_us: int
    events: int
    refused: int


@dataclass(frozen=True, slots=True)
class CampaignDifference:
    """Millionths by credit model of one campaign, or of organic, and one kind of member."""

    campaign_id: str
    kind: str
    live: Sums
    scenario: Sums
    difference: Mapping[str, int]
    """Scenario less live."""

    @property
    def is_any(self) -> bool:
        return any(self.difference.values())


@dataclass(frozen=True, slots=True)
class Difference:
    scenario: Scenario
    members: int
    """In the scenario."""
    members_changed: int
    """Members with another row or another line, or that only one of the two has."""
    campaigns: tuple[CampaignDifference, ...]
    """Every campaign, by id and kind."""


def scenarios(connection: Connection) -> tuple[Scenario, ...]:
    """By name."""
    return tuple(Scenario(*row) for row in connection.execute(select(_SCENARIO).order_by(_SCENARIO.c.name)))


def difference(connection: Connection, name: str) -> Difference | None:
    """None where there is no scenario of that name."""
    row = connection.execute(select(_SCENARIO).where(_SCENARIO.c.name == name)).one_or_none()
    if row is None:
        return None
    scenario = Scenario(*row)
    moment = Moment(scenario.batch, None)
    live, other = _sums(connection, moment.lines()), _sums(connection, _lines_of(name))
    campaigns = (_campaign(*key, live.get(key, {}), other.get(key, {})) for key in sorted({*live, *other}))
    members = connection.scalar(select(func.count()).select_from(_members_of(name))) or 0
    return Difference(scenario, members, _changed(connection, moment, name), tuple(campaigns))


def _campaign(campaign_id: str, kind: str, live: Sums, scenario: Sums) -> CampaignDifference:
    by_model = {model: scenario.get(model, 0) - live.get(model, 0) for model in MODELS}
    return CampaignDifference(campaign_id, kind, live, scenario, by_model)


def _sums(connection: Connection, line: FromClause) -> dict[tuple[str, str], Sums]:
    key = (line.c.campaign_id, line.c.kind)
    query = select(*key, *(func.sum(line.c[model]) for model in MODELS)).group_by(*key)
    found: dict[tuple[str, str], Sums] = defaultdict(dict)
    for campaign_id, kind, *credit in connection.execute(query):
        found[campaign_id, kind] = {
            model: int(millionths) for model, millionths in zip(MODELS, credit, strict=True) if millionths
        }
    return found


def _members_of(name: str) -> FromClause:
    return select(_MEMBER).where(_MEMBER.c.scenario == name).subquery("scenario_members")


def _lines_of(name: str) -> FromClause:
    """Lines of a scenario, with the kind of their member."""
    same = (_MEMBER.c.scenario == _LINE.c.scenario) & (_MEMBER.c.member_id == _LINE.c.member_id)
    joined = select(_LINE, _MEMBER.c.kind).join_from(_LINE, _MEMBER, same)
    return joined.where(_LINE.c.scenario == name).subquery("scenario_lines")


def _changed(connection: Connection, moment: Moment, name: str) -> int:
    """Members of whom any row is on one side only."""
    pairs = (
        (moment.members(), _members_of(name), _MEMBER_COLUMNS),
        (moment.lines(), _lines_of(name), _LINE_COLUMNS),
    )
    one_sided = [
        select(_without(some, others, columns).subquery().c.member_id)
        for live, scenario, columns in pairs
        for some, others in ((live, scenario), (scenario, live))
    ]
    return connection.scalar(select(func.count()).select_from(union(*one_sided).subquery())) or 0


def _without(rows: FromClause, others: FromClause, columns: list[str]) -> CompoundSelect[Any]:
    return _chosen(rows, columns).except_(_chosen(others, columns))


def _chosen(rows: FromClause, columns: list[str]) -> Select[Any]:
    return select(*(rows.c[name] for name in columns))

"""The views of the store; without rows of their own, so they cannot disagree with the tables."""

from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    Table,
    case,
    cast,
    func,
    literal,
    literal_column,
    select,
    union_all,
)
from sqlalchemy.engine import Dialect
from sqlmodel import Field

from models.statement import MODEL_NAMES
from models.tables.columns import VIEWS, Instant, ViewModel, table_of
from models.tables.lines import LineColumns
from models.tables.rows import (
    CreditLineRow,
    InspectionRow,
    MemberRow,
    OutreachEventRow,
    StatementRow,
)

CHANNELS: Final = (
    "healthy_walk",
    "inspection",
    "institution_meeting",
    "mass_socialisation",
    "other",
    "perisai",
    "sailing_race",
    "wayang",
)
"""Channels of events, in the order of `campaign.channels`."""


class CreditColumns(ViewModel):
    """Credit of one line of one statement under one model; no row where there is none."""

    member_id: str = Field(primary_key=True)
    version: int = Field(primary_key=True, sa_type=BigInteger)
    model: str = Field(primary_key=True)
    line: int = Field(primary_key=True)
    """From 0 in touch order, organic last."""
    touch_id: str | None = None
    """The event that touched; null for organic."""
    campaign_id: str
    channel: str
    evidence: str
    approach: str
    touched_at: int | None = Field(default=None, sa_type=Instant)
    credit: int
    """Millionths of the member."""
    decided_at: int = Field(sa_type=Instant)


class CreditRow(CreditColumns, table=True):
    """History: credit of every statement."""


class CreditCurrentRow(CreditColumns, table=True):
    """Credit of each member's current version."""

    kind: str
    """Of the member, as are the columns after it."""
    place: str
    occurred_at: int = Field(sa_type=Instant)


class CreditLineCurrentRow(ViewModel, LineColumns, table=True):
    """The same with one row per line and one column per model: sums under all models read it once."""

    kind: str
    """Of the member, as are the columns after it."""
    place: str
    occurred_at: int = Field(sa_type=Instant)


class CampaignRow(ViewModel, table=True):
    """Reach and cost of one campaign, from its active events alone."""

    campaign_id: str = Field(primary_key=True)
    channels: str
    """Distinct, sorted, joined by `,`."""
    events: int = Field(sa_type=BigInteger)
    inspections: int = Field(sa_type=BigInteger)
    headcount: int = Field(sa_type=BigInteger)
    cost_idr: int = Field(sa_type=BigInteger)
    first_at: int = Field(sa_type=Instant)
    last_at: int = Field(sa_type=Instant)


class ContractRow(ViewModel, table=True):
    """One row: the contract that this store keeps with its readers, who ask for the number first."""

    number: int = Field(primary_key=True)
    """Grows when a table, view or column goes or changes its type, key or meaning; not for what is new."""


CONTRACT: Final = 1
"""The number; `tests/following/test_contract.py` has what it promises."""
_KEY: Final = ("version", "member_id")
_MODELS_SQL: Final = " UNION ALL ".join(f"SELECT '{model}' AS model" for model in MODEL_NAMES)
_SHARE_SQL: Final = " ".join(f"WHEN '{model}' THEN credit_line.{model}" for model in MODEL_NAMES)


def _lines_sql(view: type[ViewModel], owner: Table) -> str:
    """Lines of the versions that `owner` has: one row per line, or per line and model if the view has one.

    With CROSS JOINs SQLite reads the owner first, then searches its lines by key; left to itself it scans the
    history.
    """
    line = table_of(CreditLineRow)
    expressions = {column.name: str(column) for column in line.c}
    expressions |= {one.name: str(one) for one in owner.c if one.name in _KEY or one.name not in line.c}
    tables = f"{owner} CROSS JOIN {line}"
    condition = " AND ".join(f"{line}.{name} = {owner}.{name}" for name in _KEY)
    columns = [column.name for column in table_of(view).c]
    if "model" in columns:
        tables += f" CROSS JOIN ({_MODELS_SQL}) AS share"
        expressions |= {"model": "share.model", "credit": f"CASE share.model {_SHARE_SQL} END"}
        condition += f" AND {expressions['credit']} IS NOT NULL"
    selected = ", ".join(f"{expressions[name]} AS {name}" for name in columns)
    return f"SELECT {selected} FROM {tables} WHERE {condition}"  # noqa: S608  own names


def campaign_select() -> Select[Any]:
    outreach, inspection = table_of(OutreachEventRow), table_of(InspectionRow)
    event = union_all(
        select(
            outreach.c.campaign_id,
            outreach.c.channel,
            literal_column("1").label("events"),
            literal_column("0").label("inspections"),
            outreach.c.headcount,
            outreach.c.cost_idr,
            outreach.c.occurred_at,
        ).where(outreach.c.status == literal("active")),
        select(
            inspection.c.campaign_id,
            literal("inspection"),
            literal_column("0"),
            literal_column("1"),
            literal_column("0"),
            inspection.c.cost_idr,
            inspection.c.occurred_at,
        ).where(inspection.c.status == literal("active")),
    ).subquery("event")
    return select(
        event.c.campaign_id,
        _names_of(event.c.channel).label("channels"),
        *(cast(func.sum(event.c[name]), BigInteger).label(name) for name in _SUMS),
        func.min(event.c.occurred_at).label("first_at"),
        func.max(event.c.occurred_at).label("last_at"),
    ).group_by(event.c.campaign_id)


_SUMS = ("events", "inspections", "headcount", "cost_idr")


def _names_of(channel: ColumnElement[Any]) -> ColumnElement[str]:
    """Distinct channels of a group, sorted, joined by `,`: portable SQL with one term per channel."""
    names: ColumnElement[str] = literal("")
    for name in CHANNELS:
        names = names + func.max(case((channel == name, f"{name},"), else_=""))
    return func.rtrim(names, ",")


def drop_views() -> tuple[str, ...]:
    """DDL that drops every view; none depends on another."""
    return tuple(f"DROP VIEW IF EXISTS {name}" for name in VIEWS.tables)


def create_views(dialect: Dialect) -> tuple[str, ...]:
    """DDL of every view in a database's dialect."""
    member, statement = table_of(MemberRow), table_of(StatementRow)
    campaign = campaign_select().compile(dialect=dialect, compile_kwargs={"literal_binds": True})
    return (
        f"CREATE VIEW credit AS {_lines_sql(CreditRow, statement)}",
        f"CREATE VIEW credit_current AS {_lines_sql(CreditCurrentRow, member)}",
        f"CREATE VIEW credit_line_current AS {_lines_sql(CreditLineCurrentRow, member)}",
        f"CREATE VIEW campaign AS {campaign}",
        f"CREATE VIEW contract AS SELECT {CONTRACT} AS number",
    )

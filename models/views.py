"""The views of the store: they hold no rows of their own, so they can never disagree with the tables."""

from collections.abc import Iterable
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    MetaData,
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

from models.columns import Stored
from models.rows import CreditRow, InspectionRow, MemberRow, OutreachEventRow

VIEWS: Final = MetaData()
"""The views, to select from; `create_view` makes them, never `create_all`."""

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
"""Channels that an event can have, in the order in which `campaign.channels` names them."""


def table_of(row: type[Stored]) -> Table:
    """The table behind a row class."""
    return Stored.metadata.tables[str(row.__tablename__)]


def credit_current_columns() -> tuple[Column[Any], ...]:
    """Those of `credit`, then what describes the member; `member_id` is the member's, so it is a key."""
    credit, member = table_of(CreditRow), table_of(MemberRow)
    lines = (column for column in credit.columns if column.name != "member_id")
    return (member.c.member_id, *lines, member.c.kind, member.c.place, member.c.occurred_at)


def credit_current_sql() -> str:
    """The lines of the version that each member holds.

    A CROSS JOIN, because SQLite then reads members first and searches their lines by key; left to itself it
    reads all the history.
    """
    columns = ", ".join(str(column) for column in credit_current_columns())
    holds = "credit.version = member.version AND credit.member_id = member.member_id"
    return f"SELECT {columns} FROM member CROSS JOIN credit WHERE {holds}"  # noqa: S608  names of ours


def campaign_select() -> Select[Any]:
    """What each campaign did, from its active events alone."""
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
    """Distinct channels of a group, sorted, joined by `,`: one term a channel, the same in every database."""
    named: ColumnElement[str] = literal("")
    for name in CHANNELS:
        named = named + func.max(case((channel == name, f"{name},"), else_=""))
    return func.rtrim(named, ",")


def _view(name: str, columns: Iterable[ColumnElement[Any]]) -> Table:
    return Table(name, VIEWS, *(Column(column.name, column.type) for column in columns))


CREDIT_CURRENT: Final = _view("credit_current", credit_current_columns())
CAMPAIGN: Final = _view("campaign", campaign_select().selected_columns)


def create_views(dialect: Dialect) -> tuple[str, ...]:
    """The DDL of every view in a database's own words."""
    campaign = campaign_select().compile(dialect=dialect, compile_kwargs={"literal_binds": True})
    return (
        f"CREATE VIEW credit_current AS {credit_current_sql()}",
        f"CREATE VIEW campaign AS {campaign}",
    )

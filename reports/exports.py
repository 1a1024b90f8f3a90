"""What can be exported of a store: columns and their types, the order of rows, what is new since a batch."""

from collections.abc import Collection, Sequence
from enum import StrEnum
from typing import Any, Final, NamedTuple

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Connection,
    FromClause,
    Integer,
    Select,
    String,
    Table,
    and_,
    func,
    select,
    type_coerce,
)
from sqlalchemy import Column as StoredColumn

from models.tables.audiences import MAY_READ, RoleKind, readable
from models.tables.catalog import TABLES, VIEWS
from models.tables.columns import Instant, table_of
from models.tables.rows import CreditLineRow, StatementRow
from reports.moments import NOW, Moment

Row = Sequence[Any]


class NotExported(Exception):  # noqa: N818
    """What was asked for is not exported; the message says why and what to do."""


class Audience(StrEnum):
    """For whom an export is, as of a role of PostgreSQL."""

    READER = "reader"
    ANALYST = "analyst"


class Kind(StrEnum):
    """Type of a column in every format."""

    TEXT = "text"
    INTEGER = "integer"
    INSTANT = "instant"
    """Canonical text here, `2017-09-01T02:00:00.000000Z`."""
    FLAG = "flag"
    ROUNDED = "rounded"
    """A multiple of a number, or `<` and that number."""


class Column(NamedTuple):
    name: str
    kind: Kind
    nullable: bool = False


class Source(NamedTuple):
    """Rows of one table or view, to be read in the order of `order`."""

    table: str
    columns: tuple[Column, ...]
    order: tuple[str, ...]
    query: Select[Any]


BATCHED: Final = frozenset(
    {
        "batch",
        "event",
        "inspection",
        "live_count",
        "member",
        "outreach_event",
        "rejected",
        "removed",
        "statement",
    }
)
"""Tables whose column `batch` says which batch last wrote the row."""
SINCE: Final = BATCHED | {"credit_line", "event_past"}
"""Tables of which the rows since a batch can be told."""
AS_OF: Final = frozenset({"credit_line_current", "member"})
"""Tables that can be read as of a past moment."""
REMOVED: Final = "removed"

_ISO_SQL: Final = 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'


def exportable(audience: Audience) -> tuple[str, ...]:
    """Tables and views, sorted."""
    kind = RoleKind(audience)
    return tuple(sorted(name for name in (*TABLES, *VIEWS) if kind in MAY_READ[name]))


def check(names: Collection[str], audience: Audience, since: int | None, moment: Moment) -> None:
    """Raises NotExported for the first table that cannot be exported so."""
    there = exportable(audience)
    for name in names:
        if name not in there:
            raise NotExported(_not_there(name, there))
        if since is not None and name not in SINCE:
            raise NotExported(
                f"{name} does not say which rows are new since a batch. Export it whole, without "
                f"--since-batch; these can be exported since one: {', '.join(sorted(SINCE & set(there)))}."
            )
        if moment.batch is not None and name not in AS_OF:
            raise NotExported(
                f"{name} is exported as it is now only. As of a past moment there are: "
                f"{', '.join(sorted(AS_OF))}, and the cross-tables."
            )


def _not_there(name: str, there: Collection[str]) -> str:
    if name in exportable(Audience.ANALYST):
        return f"{name} has the content of events, with hashes of people. Who may see that: --for analyst"
    if name in MAY_READ:
        return f"{name} is never exported: it is of keys, or of who looked at whom."
    return f"There is no table {name!r}. There are: {', '.join(there)}."


def source(
    connection: Connection, name: str, audience: Audience, since: int | None = None, moment: Moment = NOW
) -> Source:
    """Of a table that `check` has passed."""
    stored = {**TABLES, **VIEWS}[name]
    names = readable(RoleKind(audience), name, (one.name for one in stored.c))
    rows = _rows(stored, moment)
    order = tuple(one.name for one in stored.primary_key) or tuple(names)
    query = select(*(_selected(connection, rows.c[one]) for one in names))
    query = query.order_by(*(_ordered(connection, rows.c[one]) for one in order))
    if since is not None:
        query = _since(query, stored, since)
    return Source(name, tuple(_column(stored.c[one]) for one in names), order, query)


def _rows(stored: Table, moment: Moment) -> FromClause:
    if moment.batch is None:
        return stored
    return moment.members() if stored is TABLES["member"] else moment.lines()


def _since(query: Select[Any], stored: Table, since: int) -> Select[Any]:
    line, statement = table_of(CreditLineRow), table_of(StatementRow)
    if stored is line:
        same = and_(statement.c.version == line.c.version, statement.c.member_id == line.c.member_id)
        return query.join(statement, same).where(statement.c.batch > since)
    return query.where(stored.c["replaced_by" if stored is TABLES["event_past"] else "batch"] > since)


def _column(stored: StoredColumn[Any]) -> Column:
    return Column(stored.name, _kind(stored), bool(stored.nullable))


def _kind(stored: ColumnElement[Any]) -> Kind:
    match stored.type:
        case Instant():
            return Kind.INSTANT
        case Boolean():
            return Kind.FLAG
        case Integer():
            return Kind.INTEGER
        case _:
            return Kind.TEXT


def _selected(connection: Connection, column: ColumnElement[Any]) -> ColumnElement[Any]:
    """Instants as canonical text, made by the database."""
    if not isinstance(column.type, Instant):
        return column
    if connection.dialect.name == "postgresql":
        return func.to_char(func.timezone("UTC", column), _ISO_SQL)
    return func.replace(type_coerce(column, String), " ", "T") + "Z"


def _ordered(connection: Connection, column: ColumnElement[Any]) -> ColumnElement[Any]:
    """Texts by their code points in every database, nulls first."""
    if connection.dialect.name != "postgresql":
        return column
    by_code_point = column.collate("C") if _kind(column) is Kind.TEXT else column
    return by_code_point.nulls_first() if getattr(column, "nullable", False) else by_code_point

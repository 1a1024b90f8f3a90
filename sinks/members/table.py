"""Reads and writes of the tables `member` and `statement` for a batch of statements."""

from collections.abc import Collection
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, String, and_, exists, func, select, type_coerce

from models.statement import Statement, first_version
from models.tables.bookkeeping import SinkVersionRow
from models.tables.columns import stored_text, table_of, wire_text
from models.tables.rows import MemberRow, StatementRow
from sinks.batches import remove_rows
from sinks.databases.compiling import names_of
from sinks.databases.reading import among
from sinks.databases.writing import insert_rows, put_rows
from sinks.members.credit_lines import insert_lines
from sinks.members.decide import GONE, GONE_FIELDS, KnownMember, MemberChanges
from sinks.progress import MEMBER, seen_versions, store_versions

_MEMBER, _STATEMENT, _SEEN = table_of(MemberRow), table_of(StatementRow), table_of(SinkVersionRow)
_MEMBERS = select(
    _MEMBER.c.member_id,
    _MEMBER.c.version,
    _MEMBER.c.status,
    _MEMBER.c.kind,
    _MEMBER.c.company_id,
    _MEMBER.c.place,
    type_coerce(_MEMBER.c.occurred_at, String).label("occurred_at"),
    _MEMBER.c.enrollment_event_id,
    _MEMBER.c.evidence,
    _MEMBER.c.duplicates,
    _MEMBER.c.rules_version,
).where(among(_MEMBER.c.member_id))
_STATEMENT_COLUMNS = names_of(_STATEMENT)
_STATUS = _STATEMENT_COLUMNS.index("status")
as_member = itemgetter(*(_STATEMENT_COLUMNS.index(name) for name in names_of(_MEMBER)))
"""A row of `member` from one of `statement`."""


def known_members(connection: Connection, members: Collection[str]) -> dict[str, KnownMember]:
    """Stored state of these members, without their lines; unknown ones are absent."""
    seen = seen_versions(connection, MEMBER, members)
    known = {member_id: KnownMember(version, version, GONE_FIELDS) for member_id, version in seen.items()}
    for row in connection.execute(_MEMBERS, {"keys": members}).all() if members else ():
        member_id, version, status, kind, company, place, occurred, *rest = row
        fields = (status, kind, company, place, wire_text(occurred), *rest)
        known[member_id] = KnownMember(max(version, seen.get(member_id, version)), version, fields)
    return known


def write_members(connection: Connection, change: MemberChanges, batch: int) -> None:
    statements = [statement_columns(one, batch) for one in change.written]
    newest = {one[0]: one for one in statements}.values()  # by member, the last of them
    insert_rows(connection, _STATEMENT, statements)
    insert_lines(connection, change.written)
    present = [as_member(one) for one in newest if one[_STATUS] != GONE]
    insert_rows(connection, _MEMBER, [one for one in present if one[0] in change.rowless])
    put_rows(connection, _MEMBER, [one for one in present if one[0] not in change.rowless])
    gone = [(one[0],) for one in newest if one[_STATUS] == GONE]
    remove_rows(connection, _MEMBER, gone, batch)


def store_seen(connection: Connection, change: MemberChanges) -> None:
    store_versions(connection, MEMBER, change.seen)


def unstated_members(connection: Connection, generation: int) -> list[str]:
    """Members whose highest version seen is of an earlier generation."""
    oldest = first_version(generation)
    stated = and_(_SEEN.c.kind == MEMBER, _SEEN.c.key == _MEMBER.c.member_id, _SEEN.c.version >= oldest)
    query = select(_MEMBER.c.member_id).where(_MEMBER.c.version < oldest, ~exists().where(stated))
    return list(connection.scalars(query.order_by(_MEMBER.c.member_id)))


def active_by_kind(connection: Connection) -> dict[str, int]:
    query = select(_MEMBER.c.kind, func.count()).where(_MEMBER.c.status == "active").group_by(_MEMBER.c.kind)
    return dict(connection.execute(query).all())


def statement_columns(statement: Statement, batch: int) -> tuple[Any, ...]:
    """In the order of the table's columns."""
    occurred_at = statement.occurred_at
    return (
        statement.member_id,
        statement.version,
        statement.status,
        stored_text(statement.decided_at),
        statement.kind,
        statement.company_id,
        statement.place,
        statement.enrollment_event_id,
        statement.evidence,
        statement.rules_version,
        None if occurred_at is None else stored_text(occurred_at),
        statement.duplicates,
        batch,
    )

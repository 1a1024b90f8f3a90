"""`member` and `statement`: read for a batch of statements, written after the decision."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, String, and_, exists, func, select, type_coerce

from models.statement import OFFSET_BITS
from models.tables.bookkeeping import SinkVersionRow
from models.tables.columns import stored_text, table_of, wire_text
from models.tables.rows import MemberRow, StatementRow
from sinks.databases.reading import among
from sinks.databases.writing import delete_rows, insert_rows, put_rows
from sinks.members.credit_lines import insert_lines
from sinks.members.decide import GONE, GONE_FACTS, Known, LedgerChange
from sinks.progress.versions import MEMBER, remember, seen_versions
from sinks.wire import Statement

_MEMBER, _STATEMENT, _SEEN = table_of(MemberRow), table_of(StatementRow), table_of(SinkVersionRow)
_AS_FACTS = select(
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


def known_members(connection: Connection, members: Collection[str]) -> dict[str, Known]:
    """What is held of these members, without their lines; members never heard of are absent."""
    seen = seen_versions(connection, MEMBER, members)
    known = {member_id: Known(version, version, GONE_FACTS) for member_id, version in seen.items()}
    for row in connection.execute(_AS_FACTS, {"keys": members}).all() if members else ():
        member_id, version, status, kind, company, place, occurred, *rest = row
        held = (status, kind, company, place, wire_text(occurred), *rest)
        known[member_id] = Known(max(version, seen.get(member_id, version)), version, held)
    return known


def write_ledger(connection: Connection, change: LedgerChange) -> None:
    insert_rows(connection, _STATEMENT, [_statement(said) for said in change.written])
    insert_lines(connection, change.written)
    newest = change.newest.values()
    put_rows(connection, _MEMBER, [_member(said) for said in newest if said.status != GONE])
    delete_rows(connection, _MEMBER, [(said.member_id,) for said in newest if said.status == GONE])
    remember(connection, MEMBER, change.seen)


def unstated_members(connection: Connection, generation: int) -> list[str]:
    """Members whose highest version seen is of an earlier generation."""
    oldest = generation << OFFSET_BITS
    stated = and_(_SEEN.c.kind == MEMBER, _SEEN.c.key == _MEMBER.c.member_id, _SEEN.c.version >= oldest)
    query = select(_MEMBER.c.member_id).where(_MEMBER.c.version < oldest, ~exists().where(stated))
    return list(connection.scalars(query.order_by(_MEMBER.c.member_id)))


def active_by_kind(connection: Connection) -> dict[str, int]:
    query = select(_MEMBER.c.kind, func.count()).where(_MEMBER.c.status == "active").group_by(_MEMBER.c.kind)
    return dict(connection.execute(query).all())


def _statement(said: Statement) -> tuple[Any, ...]:
    return said.member_id, said.version, said.status, stored_text(said.decided_at)


def _member(said: Statement) -> tuple[Any, ...]:
    """In the order of the table; of a statement that is not `gone`, which would lack most of it."""
    return (
        said.member_id,
        said.kind,
        said.company_id,
        said.place,
        stored_text(said.occurred_at or ""),
        said.enrollment_event_id,
        said.status,
        said.evidence,
        said.duplicates,
        said.rules_version,
        said.version,
        stored_text(said.decided_at),
    )

"""The store now, or as of a past moment: the same rows for every report to select from."""

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, FromClause, Select, and_, func, select, union_all

from models.tables.bookkeeping import BatchRow, GenerationRow
from models.tables.columns import table_of
from models.tables.rows import CreditLineRow, EventPastRow, EventRow, MemberRow, StatementRow
from models.tables.views import CreditLineCurrentRow
from reports.wording import when

_BATCH, _GENERATION = table_of(BatchRow), table_of(GenerationRow)
_MEMBER, _STATEMENT, _LINE = table_of(MemberRow), table_of(StatementRow), table_of(CreditLineRow)
_OF_EVENT: Final = ("type", "event_id", "revision", "body")
_CURRENT_LINE, _EVENT, _PAST = table_of(CreditLineCurrentRow), table_of(EventRow), table_of(EventPastRow)


class NoSuchMoment(Exception):  # noqa: N818
    """The store cannot be read as of the moment asked for; the message says why and what to ask instead."""


@dataclass(frozen=True, slots=True)
class Moment:
    """The store after one batch; NOW after the last."""

    batch: int | None
    committed_us: int | None

    def members(self, member_id: str | None = None) -> FromClause:
        """Rows of `member`, of all members or one."""
        if self.batch is None:
            if member_id is None:
                return _MEMBER  # a copy of an older release, which lacks a column, can be audited too
            return select(_MEMBER).where(_MEMBER.c.member_id == member_id).subquery("members")
        statement = self._statements(member_id)
        return select(*(statement.c[column.name] for column in _MEMBER.c)).subquery("members")

    def lines(self, member_id: str | None = None) -> FromClause:
        """Rows of `credit_line_current`, of all members or one."""
        if self.batch is None:
            of_one = [] if member_id is None else [_CURRENT_LINE.c.member_id == member_id]
            return select(_CURRENT_LINE).where(*of_one).subquery("lines")
        member = self._statements(member_id)
        owned = and_(_LINE.c.version == member.c.version, _LINE.c.member_id == member.c.member_id)
        columns = [_LINE.c[column.name] for column in _CURRENT_LINE.c if column.name in _LINE.c]
        about = [member.c[column.name] for column in _CURRENT_LINE.c if column.name not in _LINE.c]
        return select(*columns, *about).select_from(member.join(_LINE, owned)).subquery("lines")

    def bodies(self, event_type: str) -> Select[Any]:
        """Canonical text of the stored revision of each event of a type: columns `event_id` and `body`."""
        event = self.events(event_type)
        return select(event.c.event_id, event.c.body)

    def events(self, event_type: str | None = None) -> FromClause:
        """The stored revision of each event, of all types or one: `type`, `event_id`, `revision`, `body`."""
        of_event, of_past = ([one.c[name] for name in _OF_EVENT] for one in (_EVENT, _PAST))
        there, replaced = (
            [] if event_type is None else [one.c.type == event_type] for one in (_EVENT, _PAST)
        )
        if self.batch is None:
            return select(*of_event).where(*there).subquery("events")
        there.append(_EVENT.c.batch <= self.batch)
        replaced += [_PAST.c.batch <= self.batch, _PAST.c.replaced_by > self.batch]
        return union_all(select(*of_event).where(*there), select(*of_past).where(*replaced)).subquery(
            "events"
        )

    def _statements(self, member_id: str | None) -> FromClause:
        """Of each member the statement of the highest version that there was then, unless it says `gone`."""
        there = [_STATEMENT.c.batch <= self.batch]
        there += [] if member_id is None else [_STATEMENT.c.member_id == member_id]
        version = func.max(_STATEMENT.c.version).label("version")
        newest = select(_STATEMENT.c.member_id, version).where(*there).group_by(_STATEMENT.c.member_id)
        highest = newest.subquery("newest")
        same = and_(_STATEMENT.c.member_id == highest.c.member_id, _STATEMENT.c.version == highest.c.version)
        named = select(_STATEMENT).select_from(highest.join(_STATEMENT, same))
        return named.where(_STATEMENT.c.status != "gone").subquery("statements")


NOW = Moment(None, None)


def as_of_words(moment: Moment) -> str:
    """A line above what is told of a past moment; empty for NOW."""
    if moment.batch is None or moment.committed_us is None:
        return ""
    return f"As the store was after batch {moment.batch}, written on {_when(moment.committed_us)}:"


def moment_at(connection: Connection, instant_us: int) -> Moment:
    """After the last batch that was committed by then. Raises NoSuchMoment."""
    by_then = select(_BATCH).where(_BATCH.c.committed_at <= instant_us).order_by(_BATCH.c.batch.desc())
    row = connection.execute(by_then.limit(1)).one_or_none()
    if row is None:
        first_us = connection.scalar(select(func.min(_BATCH.c.committed_at)))
        assert first_us is not None  # noqa: S101  batch 0 is made with the table
        raise NoSuchMoment(
            f"The store knows its past from {_when(first_us)} on, when it was set up or migrated. Ask for "
            "that moment or a later one."
        )
    batch, committed_us, _, _ = row
    _refuse_half_a_rebuild(connection, batch)
    return Moment(batch, committed_us)


def moment_of(connection: Connection, as_of_us: int | None) -> Moment:
    """NOW where no moment is asked for. Raises NoSuchMoment."""
    return NOW if as_of_us is None else moment_at(connection, as_of_us)


def _refuse_half_a_rebuild(connection: Connection, batch: int) -> None:
    """The end of a rebuild is written in several batches; between them the rows are of two streams."""
    settling = select(_BATCH).where(_BATCH.c.settle.is_(True))
    last = connection.execute(
        settling.where(_BATCH.c.batch <= batch).order_by(_BATCH.c.batch.desc()).limit(1)
    ).one_or_none()
    if last is None:
        return
    of_generation = settling.where(_BATCH.c.generation == last.generation)
    end = connection.execute(of_generation.order_by(_BATCH.c.batch.desc()).limit(1)).one()
    settled = select(_GENERATION.c.settled_at).where(_GENERATION.c.number == last.generation)
    if connection.scalar(settled) is not None and last.batch == end.batch:
        return
    start_us = connection.scalar(select(func.min(of_generation.subquery().c.committed_at)))
    assert start_us is not None  # noqa: S101  `last` is one of them
    raise NoSuchMoment(
        f"At that moment the end of a rebuild was being written, from {_when(start_us)} on (generation "
        f"{last.generation}): the rows were of two streams. Ask for a moment before or after it."
    )


def _when(instant_us: int) -> str:
    """Moments of one store lie close together."""
    return when(instant_us, seconds=True)

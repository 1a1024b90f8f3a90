"""Members by the day of their membership's first moment in Asia/Jakarta, and the last day that is known."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy import Connection, FromClause, Select, func, select

from models.instants import parse
from models.statement import WHOLE_MEMBER
from models.tables.bookkeeping import BatchRow
from models.tables.columns import table_of
from models.tables.rows import InspectionRow, OutreachEventRow
from reports.efforts import DECLARED, credited_channel, efforts
from reports.moments import Moment
from reports.months import day_sql
from reports.scope import Days, within

_BATCH = table_of(BatchRow)
_JAKARTA = ZoneInfo("Asia/Jakarta")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Series(NamedTuple):
    """Whose members are counted: those of a kind in a place, in all or by one channel or one agent."""

    place: str
    kind: str
    channel: str | None
    agent: str | None


Daily = Mapping[date, int]
"""Millionths of members by day."""


def members_by_day(connection: Connection, moment: Moment, days: Days) -> Mapping[Series, Daily]:
    """Active members, of every place that has any: sub-districts and the places that hold them."""
    member = moment.members()
    key = (member.c.place, member.c.kind, day_sql(connection, member.c.occurred_at).label("day"))
    query = select(*key, func.count()).where(member.c.status == "active", *within(member, days))
    found: dict[Series, dict[date, int]] = defaultdict(lambda: defaultdict(int))
    for place, kind, day, members in connection.execute(query.group_by(*key)):
        for code in (place, place[:5], place[:2]):
            found[Series(code, kind, None, None)][date.fromisoformat(day)] += members * WHOLE_MEMBER
    return found


def credit_by_day(
    connection: Connection, moment: Moment, days: Days, model: str, wanted: Collection[Series]
) -> Mapping[Series, Daily]:
    """Credit of the channels and agents that are wanted; a declaration counts as in `sambung campaigns`."""
    found: dict[Series, dict[date, int]] = {one: defaultdict(int) for one in wanted if _names_one(one)}
    if not found:
        return {}
    channels = defaultdict[str, list[str]](list)
    for effort in efforts(connection, moment):
        channels[effort.campaign_id].append(effort.channel)
    for campaign_id, channel, place, kind, day, credit in connection.execute(
        _credited(connection, moment.lines(), days, model, found)
    ):
        credited = credited_channel(channel, channels[campaign_id])
        for code in (place, place[:5], place[:2]):
            for one in (Series(code, kind, credited, None), Series(code, kind, None, campaign_id)):
                if one in found:
                    found[one][date.fromisoformat(day)] += credit
    return found


def _names_one(series: Series) -> bool:
    return series.channel is not None or series.agent is not None


def _credited(
    connection: Connection, line: FromClause, days: Days, model: str, wanted: Collection[Series]
) -> Select[Any]:
    channels = {DECLARED, *(one.channel for one in wanted if one.channel is not None)}
    agents = {one.agent for one in wanted if one.agent is not None}
    by = (
        line.c.campaign_id,
        line.c.channel,
        line.c.place,
        line.c.kind,
        day_sql(connection, line.c.occurred_at).label("day"),
    )
    named = line.c.channel.in_(sorted(channels)) | line.c.campaign_id.in_(sorted(agents))
    there = (named, line.c[model].is_not(None), *within(line, days))
    return select(*by, func.sum(line.c[model])).where(*there).group_by(*by)


def last_day(connection: Connection, moment: Moment, year: int) -> date:
    """The last day of which the store knows, for targets of a year: that of its last batch, by no clock.

    Where that is after the year, the store may have been filled afterwards, as with a season that is
    replayed. So if nothing in it happened after the year, it is the day on which the last thing happened.
    """
    committed_us = moment.committed_us
    if committed_us is None:
        committed_us = connection.scalar(select(func.max(_BATCH.c.committed_at))) or 0
    written = day_of(committed_us)
    if written.year <= year:
        return written
    happened = [day_of(one) for one in _happened(connection, moment, committed_us)]
    newest = max(happened, default=written)
    return newest if newest.year == year else written


def day_of(instant_us: int) -> date:
    """The date in Asia/Jakarta.

    >>> day_of(1_506_790_799_000_000), day_of(1_506_790_800_000_000)
    (datetime.date(2017, 9, 30), datetime.date(2017, 10, 1))
    """
    return (_EPOCH + timedelta(microseconds=instant_us)).astimezone(_JAKARTA).date()


class _Happened(msgspec.Struct, frozen=True):
    occurred_at: str
    status: str


_decode_happened = msgspec.json.Decoder(_Happened).decode


def _happened(connection: Connection, moment: Moment, until_us: int) -> Iterator[int]:
    """When the newest membership began, and the newest active event was, by the moment's last batch."""
    sources = [moment.members()]
    if moment.batch is None:
        sources += [table_of(OutreachEventRow), table_of(InspectionRow)]
    else:
        for event_type in ("outreach-event", "inspection"):
            events = (_decode_happened(body) for _, body in connection.execute(moment.bodies(event_type)))
            instants = (parse(one.occurred_at) for one in events if one.status == "active")
            yield from (one for one in instants if one <= until_us)
    for rows in sources:
        at = rows.c.occurred_at
        newest = connection.scalar(select(func.max(at)).where(rows.c.status == "active", at <= until_us))
        if newest is not None:
            yield newest

"""Why a member's credit is as it is: the journey and the records behind it, from the store."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, RowMapping, Select, select

from models.tables.columns import table_of
from models.tables.rows import StatementRow
from reports.journey import Enrollment, Inspection, Line, Outreach, Unknown, Why
from reports.moments import NOW, Moment
from streams.attribution.credit import MODELS

_STATEMENT = table_of(StatementRow)
_CLOSE_IDS: Final = 3

EventsById = Mapping[tuple[bool, str], Outreach | Inspection]
"""By type (is it an inspection?) and id: events of two types may have the same id."""


def why(connection: Connection, member_id: str, moment: Moment = NOW) -> Why | Unknown:
    found = why_known(connection, member_id, moment)
    if found is None:
        removed_us, close = _removed(connection, member_id, moment), _close(connection, member_id, moment)
        return Unknown(member_id, removed_us, close, moment)
    return found


def why_known(connection: Connection, member_id: str, moment: Moment = NOW) -> Why | None:
    """The same without a look at other members; None if no enrollment names this one."""
    member = connection.execute(select(moment.members(member_id))).mappings().one_or_none()
    if member is None:
        return None
    counting = member["enrollment_event_id"]
    enrollments = _enrollments(connection, member_id, moment)
    return Why(
        member_id=member_id,
        kind=member["kind"],
        company_id=member["company_id"],
        place=member["place"],
        occurred_us=member["occurred_at"],
        status=member["status"],
        evidence=member["evidence"],
        rules_version=member["rules_version"],
        decided_us=member["decided_at"],
        counts=next((one for one in enrollments if one.event_id == counting), None),
        others=tuple(one for one in enrollments if one.event_id != counting),
        lines=_lines(connection, member_id, moment),
        as_of=moment,
    )


def _enrollments(connection: Connection, member_id: str, moment: Moment) -> list[Enrollment]:
    """Enrollments that name the member, earliest first; one scan of the archive, 0.1 s for 60,000."""
    archived = moment.bodies("enrollment").subquery()
    named = f'"member_id":{msgspec.json.encode(member_id).decode()}'
    naming = select(archived.c.body).where(archived.c.body.contains(named, autoescape=True))
    found = (msgspec.json.decode(body, type=Enrollment) for body in connection.scalars(naming))
    # SQL's LIKE ignores the case of letters; member ids do not.
    return sorted(
        (one for one in found if one.member_id == member_id), key=lambda one: (one.occurred_us, one.event_id)
    )


def _lines(connection: Connection, member_id: str, moment: Moment) -> tuple[Line, ...]:
    line = moment.lines(member_id)
    lines = connection.execute(select(line).order_by(line.c.line)).mappings().all()
    events = _events(connection, lines, moment)
    return tuple(_line(line, events) for line in lines)


def _line(row: RowMapping, events: EventsById) -> Line:
    by_event = row["evidence"] not in {"declared", "none"}
    return Line(
        number=row["line"],
        touch_id=row["touch_id"],
        campaign_id=row["campaign_id"],
        channel=row["channel"],
        evidence=row["evidence"],
        approach=row["approach"],
        touched_us=row["touched_at"],
        credit={model: row[model] for model in MODELS if row[model] is not None},
        event=events.get((row["channel"] == "inspection", row["touch_id"])) if by_event else None,
    )


def _events(connection: Connection, touches: Iterable[RowMapping], moment: Moment) -> EventsById:
    ids = [row["touch_id"] for row in touches if row["touch_id"] is not None]
    events: Iterable[tuple[bool, str, Callable[[str], Outreach | Inspection]]] = (
        (False, "outreach-event", _outreach),
        (True, "inspection", _decode_inspection),
    )
    return {
        (is_inspection, event_id): decode(body)
        for is_inspection, event_type, decode in events
        for event_id, body in connection.execute(_of(moment.bodies(event_type), ids))
    }


class _OutreachBody(msgspec.Struct, frozen=True):
    channel: str
    place: str
    headcount: int
    attendees: tuple[str, ...]
    companies: tuple[str, ...]
    source: str


_decode_outreach = msgspec.json.Decoder(_OutreachBody).decode
_decode_inspection = msgspec.json.Decoder(Inspection).decode


def _outreach(body: str) -> Outreach:
    event = _decode_outreach(body)
    lists = len(event.attendees), len(event.companies)
    return Outreach(event.channel, event.place, event.headcount, *lists, event.source)


def _of(bodies: Select[Any], ids: Sequence[str]) -> Select[Any]:
    archived = bodies.subquery()
    return select(archived).where(archived.c.event_id.in_(ids))


def _removed(connection: Connection, member_id: str, moment: Moment) -> int | None:
    there = [_STATEMENT.c.member_id == member_id]
    there += [] if moment.batch is None else [_STATEMENT.c.batch <= moment.batch]
    newest = select(_STATEMENT.c.decided_at).where(*there).order_by(_STATEMENT.c.version.desc())
    return connection.scalar(newest.limit(1))


def _close(connection: Connection, member_id: str, moment: Moment) -> tuple[str, ...]:
    member = moment.members()
    known = connection.scalars(select(member.c.member_id).order_by(member.c.member_id)).all()
    by_folded = {one.casefold(): one for one in known}
    close = get_close_matches(member_id.casefold(), by_folded, n=_CLOSE_IDS)
    return tuple(by_folded[one] for one in close)

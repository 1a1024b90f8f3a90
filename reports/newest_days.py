"""How much the newest days of a store still grow, from how late enrollments were recorded before."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from sqlalchemy import Connection

from models.places import level
from models.statement import WHOLE_MEMBER
from reports.arrivals import Arrivals
from reports.daily import members_by_day
from reports.lateness import SHOWN_DAYS, Growth, Late, growth
from reports.moments import NOW, Moment
from reports.scope import Days


def newest_days(
    connection: Connection,
    arrived: Iterable[Arrivals],
    last: date,
    moment: Moment = NOW,
    place: str | None = None,
) -> tuple[Growth, ...]:
    """New workers of the days up to the last one, of a place or of all."""
    late = (Late(one.recorded, one.days_late, one.events) for one in arrived if _counts(one))
    return growth(_workers(connection, last, moment, place), late, last)


def _workers(connection: Connection, last: date, moment: Moment, place: str | None) -> Mapping[date, int]:
    days = Days(last - timedelta(days=SHOWN_DAYS - 1), last)
    found = Counter[date]()
    for series, daily in members_by_day(connection, moment, days).items():
        is_wanted = level(series.place) == "province" if place is None else series.place == place
        if series.kind == "worker" and is_wanted:
            found.update({day: millionths // WHOLE_MEMBER for day, millionths in daily.items()})
    return found


def _counts(one: Arrivals) -> bool:
    return one.type == "enrollment" and one.is_active

"""Progress towards the year's targets, pace and forecast, as of the store's last batch (`reports.pace`)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, partial
from typing import Final

import msgspec
from sqlalchemy import Connection, select

from models.places import holds
from models.tables.columns import table_of
from models.tables.reporting import TargetRow
from models.targets import Target, key_of, published_targets
from reports.daily import Series, credit_by_day, last_day, members_by_day
from reports.moments import NOW, Moment
from reports.pace import FORECAST_DAYS, Pace, pace
from reports.scope import Days

USUAL_MODEL: Final = "linear"
"""Credit model of targets for a channel or an agent, where nobody asks for another."""
_TARGET = table_of(TargetRow)
_decode_months = msgspec.json.Decoder(tuple[int, ...]).decode


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one target stands; its numbers are in millionths of members."""

    target: Target
    pace: Pace


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of the targets."""

    year: int | None = None
    """None: the last year with targets that is not after the store's last batch."""
    model: str = USUAL_MODEL
    """Credit model by which a channel or an agent is credited."""
    day: date | None = None
    """The last day that counts as gone; None: the last of which the store knows."""


@dataclass(frozen=True, slots=True)
class Targets:
    year: int
    years: tuple[int, ...]
    """For which there are targets."""
    published: bool
    """Whether none were loaded, and these came with the release."""
    model: str
    day: date
    """The last day that counts as gone, in Asia/Jakarta."""
    targets: tuple[Standing, ...]
    """By place, workers before companies, those for members in all before those for a channel or an agent."""
    as_of: Moment = NOW


ANY: Final = Asked()


def targets(connection: Connection, moment: Moment = NOW, asked: Asked = ANY) -> Targets:
    known = stored_targets(connection)
    published = not known
    known = known or published_targets()
    years = tuple(sorted({one.year for one in known}))
    last_day_for = cache(partial(last_day, connection, moment))
    year = asked.year or _usual_year(years, last_day_for(years[0]))
    day = asked.day or last_day_for(year)
    of_year = sorted((one for one in known if one.year == year), key=order_of)
    standings = _standings(connection, moment, of_year, Asked(year, asked.model, day))
    return Targets(year, years, published, asked.model, day, standings, moment)


def stored_targets(connection: Connection) -> tuple[Target, ...]:
    """Of all years."""
    return tuple(
        Target(year, place, kind, channel or None, agent or None, number, months and _decode_months(months))
        for year, place, kind, channel, agent, number, months, _ in connection.execute(select(_TARGET))
    )


def order_of(target: Target) -> tuple[str, str, str, str]:
    """By place, workers before companies, in all before a channel or an agent."""
    place, kind, channel, agent = key_of(target)
    return place, "" if kind == "worker" else kind, channel, agent


def headline(standings: Sequence[Standing], kind: str, place: str | None = None) -> Standing | None:
    """The target of a kind in all: of a place, or of the widest, which holds all others."""
    in_all = [one for one in standings if one.target.kind == kind and not _named(one.target)]
    if place is not None:
        return next((one for one in in_all if one.target.place == place), None)
    wide = [one for one in in_all if all(holds(one.target.place, other.target.place) for other in in_all)]
    return wide[0] if wide else None


def _named(target: Target) -> bool:
    return target.channel is not None or target.agent is not None


def _usual_year(years: Sequence[int], newest: date) -> int:
    return max((year for year in years if year <= newest.year), default=years[0])


def _standings(
    connection: Connection, moment: Moment, of_year: Collection[Target], asked: Asked
) -> tuple[Standing, ...]:
    if not of_year or asked.year is None or asked.day is None:
        return ()
    days = Days(date(asked.year, 1, 1) - timedelta(days=FORECAST_DAYS), date(asked.year, 12, 31))
    wanted = {one: Series(one.place, one.kind, one.channel, one.agent) for one in of_year}
    daily = {
        **members_by_day(connection, moment, days),
        **credit_by_day(connection, moment, days, asked.model, wanted.values()),
    }
    return tuple(
        Standing(one, pace(one.year, one.number, one.months, daily.get(series, {}), asked.day))
        for one, series in wanted.items()
    )

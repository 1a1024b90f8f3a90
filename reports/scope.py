"""What a report is about: members who work in a place, and whose membership began in a period."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, FromClause, and_, func

from models.instants import parse
from models.places import holds
from models.targets import FIRST_YEAR, LAST_YEAR

_PERIOD: Final = re.compile(r"(\d{4}-\d{2})(?:\.\.(\d{4}-\d{2}))?", re.ASCII)


class WrongPeriod(ValueError):  # noqa: N818
    """The message says what to write instead."""


class Days(NamedTuple):
    """Dates in Asia/Jakarta, both included."""

    first: date
    last: date

    @property
    def begin_us(self) -> int:
        return _midnight_us(self.first)

    @property
    def end_us(self) -> int:
        """The first moment after them."""
        return _midnight_us(self.last + timedelta(days=1))


class Period(NamedTuple):
    """Months in Asia/Jakarta, such as `2017-09`, both included."""

    first: str
    last: str

    @property
    def days(self) -> Days:
        year, month = map(int, self.last.split("-"))
        return Days(date.fromisoformat(f"{self.first}-01"), date(year, month, monthrange(year, month)[1]))

    @property
    def months(self) -> tuple[str, ...]:
        (first_year, first_month), (year, month) = (map(int, one.split("-")) for one in self)
        numbers = range(12 * first_year + first_month - 1, 12 * year + month)
        return tuple(f"{number // 12:04}-{number % 12 + 1:02}" for number in numbers)


def parse_period(text: str) -> Period:
    """Of a month, or of two with dots between. Raises WrongPeriod.

    >>> parse_period("2017-01..2017-09"), parse_period("2017-09").months
    (Period(first='2017-01', last='2017-09'), ('2017-09',))
    """
    found = _PERIOD.fullmatch(text)
    if found is None:
        raise WrongPeriod(f"{text!r} is no period. Write months: 2017-01..2017-09, or 2017-09 for one.")
    period = Period(found[1], found[2] or found[1])
    for month in period:
        if not 1 <= int(month[5:]) <= 12:
            raise WrongPeriod(f"{month} is no month. Write 01 to 12 after the year, as in 2017-09.")
        if not FIRST_YEAR <= int(month[:4]) <= LAST_YEAR:
            raise WrongPeriod(f"{month} is not from {FIRST_YEAR} to {LAST_YEAR}.")
    if period.first > period.last:
        raise WrongPeriod(f"{period.first} is later than {period.last}. Exchange them.")
    return period


@dataclass(frozen=True, slots=True)
class Scope:
    place: str | None = None
    """Code of a sub-district, a regency or a province; None for every place."""
    period: Period | None = None
    """None for all time."""

    def of(self, rows: FromClause) -> list[ColumnElement[bool]]:
        """Conditions for rows with a place and an `occurred_at`, members for example, to be in it."""
        return [*self._in_place(rows), *self.in_period(rows)]

    def in_period(self, rows: FromClause) -> list[ColumnElement[bool]]:
        return [] if self.period is None else within(rows, self.period.days)

    def _in_place(self, rows: FromClause) -> list[ColumnElement[bool]]:
        if self.place is None:
            return []
        return [func.substr(rows.c.place, 1, len(self.place)) == self.place]

    def wider(self, rows: FromClause) -> ColumnElement[bool] | None:
        """Condition for rows to be of a larger place, which holds this one; None where no place is larger."""
        outer = [self.place[:length] for length in (2, 5) if self.place and length < len(self.place)]
        return and_(*self.in_period(rows), rows.c.place.in_(outer)) if outer else None

    def has(self, place: str, occurred_us: int) -> bool:
        """The same in Python."""
        return self.has_place(place) and self.has_instant(occurred_us)

    def has_place(self, place: str) -> bool:
        return self.place is None or holds(self.place, place)

    def has_instant(self, occurred_us: int) -> bool:
        if self.period is None:
            return True
        return self.period.days.begin_us <= occurred_us < self.period.days.end_us

    def has_day(self, day: date) -> bool:
        return self.period is None or self.period.days.first <= day <= self.period.days.last

    def is_inside(self, place: str) -> bool:
        """Whether a larger place holds this one."""
        return self.place is not None and place != self.place and holds(place, self.place)


EVERYTHING: Final = Scope()


def within(rows: FromClause, days: Days) -> list[ColumnElement[bool]]:
    """Conditions for rows to have happened on these days."""
    at: ColumnElement[Any] = rows.c.occurred_at
    return [at >= days.begin_us, at < days.end_us]


def _midnight_us(day: date) -> int:
    return parse(f"{day}T00:00:00+07:00")

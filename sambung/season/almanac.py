"""The year 2017 in Yogyakarta: office days, Ramadan, Lebaran, and the five-day Javanese market week.

A day is a proleptic ordinal (`date.toordinal`), an instant microseconds since the epoch in UTC.
"""

from datetime import date
from functools import cache

from models.instants import DAY_US, SECOND_US

MINUTE_US = 60 * SECOND_US
WIB_US = 7 * 60 * MINUTE_US
"""Western Indonesian time is UTC+7 all year."""

EPOCH = date(1970, 1, 1).toordinal()
FRIDAY, SATURDAY, SUNDAY = 4, 5, 6

PASARAN = ("Legi", "Pahing", "Pon", "Wage", "Kliwon")
LEGI = date(1945, 8, 17).toordinal()
"""Independence was proclaimed on Jumat Legi, 17 August 1945."""


def _days(first: date, last: date) -> range:
    return range(first.toordinal(), last.toordinal() + 1)


RAMADAN = _days(date(2017, 5, 27), date(2017, 6, 24))
LEBARAN = _days(date(2017, 6, 25), date(2017, 6, 26))
MUDIK = _days(date(2017, 6, 19), date(2017, 7, 4))
"""Travel home and back: no shows, no visits, and offices shut from 23 June to 2 July."""
RUWAH = _days(date(2017, 4, 28), date(2017, 5, 26))
"""The Javanese month before Ramadan, high season of village feasts and wayang."""
SURA = _days(date(2017, 9, 21), date(2017, 10, 19))

HOLIDAYS = frozenset(
    date(2017, month, day).toordinal()
    for month, day in (
        (1, 1), (1, 2), (1, 28), (3, 28), (4, 14), (4, 24), (5, 1), (5, 11), (5, 25), (6, 1),
        (6, 23), (6, 25), (6, 26), (6, 27), (6, 28), (6, 29), (6, 30), (8, 17), (9, 1), (9, 21),
    )
)  # fmt: skip
"""Public holidays and collective leave, January to September 2017."""


def pasaran(day: int) -> str:
    """Name of the day in the market week.

    >>> pasaran(date(1633, 7, 8).toordinal())  # Sultan Agung's calendar began on Jumat Legi
    'Legi'
    """
    return PASARAN[(day - LEGI) % 5]


def weekday(day: int) -> int:
    """Monday is 0."""
    return (day + 6) % 7


def is_open(day: int) -> bool:
    return weekday(day) < SATURDAY and day not in HOLIDAYS


@cache
def next_open(day: int) -> int:
    """The day itself, or the next on which offices work."""
    while not is_open(day):
        day += 1
    return day


@cache
def month_end_rush(day: int) -> bool:
    """One of the month's last three office days, when contributions are settled and lists sent in."""
    if not is_open(day):
        return False
    month = date.fromordinal(day).month
    later = [other for other in range(day + 1, day + 32) if is_open(other)]
    return date.fromordinal(later[2]).month != month


@cache
def next_rush(day: int) -> int:
    while not month_end_rush(day):
        day += 1
    return day


def instant(day: int, minute: int, second: int = 0) -> int:
    """A clock time in Yogyakarta as microseconds since the epoch."""
    return (day - EPOCH) * DAY_US + minute * MINUTE_US + second * SECOND_US - WIB_US


def day_of(at_us: int) -> int:
    return EPOCH + (at_us + WIB_US) // DAY_US


def month_of(day: int) -> int:
    return date.fromordinal(day).month

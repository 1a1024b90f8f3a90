"""Dates and times as people write them in Indonesia: 31/12/2017, 31-12-2017 08.30 WIB, 31 Desember 2017."""

import re
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from typing import Final
from zoneinfo import ZoneInfo

from models.instants import canonical, parse
from sambung.lists.cells import Cell, CellError, quoted

JAKARTA: Final = ZoneInfo("Asia/Jakarta")
"""Of whatever names no other zone."""
_ZONES: Final[dict[str, tzinfo]] = {
    "": JAKARTA,
    "wib": timezone(timedelta(hours=7)),
    "wita": timezone(timedelta(hours=8)),
    "wit": timezone(timedelta(hours=9)),
}
_MONTHS: Final = (
    ("januari", "january"),
    ("februari", "february", "pebruari"),
    ("maret", "march"),
    ("april",),
    ("mei", "may"),
    ("juni", "june"),
    ("juli", "july"),
    ("agustus", "august", "agt", "ags"),
    ("september",),
    ("oktober", "october"),
    ("november", "nopember"),
    ("desember", "december"),
)
_CLOCK: Final = (
    r"(?P<hour>[0-9]{1,2})[.:](?P<minute>[0-9]{2})(?:[.:](?P<second>[0-9]{2}))?\s*(?P<zone>[a-z]*)"
)
_time = re.compile(_CLOCK).fullmatch
_date_and_time = re.compile(
    r"(?:(?P<day>[0-9]{1,2})(?:\s*[-/.]\s*|\s+)(?P<month>[0-9]{1,2}|[a-z]{3,9})(?:\s*[-/.]\s*|\s+)(?P<year>[0-9]{4})"
    r"|(?P<iso_year>[0-9]{4})-(?P<iso_month>[0-9]{1,2})-(?P<iso_day>[0-9]{1,2}))"
    rf"(?:(?:\s*,?\s+|t)(?:(?:pukul|jam)\s+)?{_CLOCK})?"
).fullmatch
_WRITE: Final = "write day, month and year, such as 31/12/2017 or 31-12-2017 08.30 WIB"


def instant_of(cell: Cell, clock: Cell) -> str:
    """Canonical text of an instant; the second cell has the time of day, if the first has none."""
    if isinstance(cell.value, str):
        try:
            return canonical(parse(cell.value.strip()))
        except ValueError:
            pass  # not RFC 3339, so as people write it
    found, has_time = _local(cell)
    if not clock.blank:
        if has_time:
            raise CellError(
                f"has a time of day already ({quoted(cell)}); leave the time in one of the columns"
            )
        found = _on(found.date(), clock)
    return canonical(_microseconds(found))


def _local(cell: Cell) -> tuple[datetime, bool]:
    """The instant, and whether a time of day was given."""
    match cell.value:
        case datetime() as value:
            return value.replace(tzinfo=value.tzinfo or JAKARTA), value.time() != time()
        case date() as value:
            return datetime.combine(value, time(), JAKARTA), False
        case str() as text:
            return _written(text, cell)
        case _:
            raise CellError(
                f"has the number {quoted(cell)} and no date; format the column as a date, or {_WRITE}"
            )


def _written(text: str, cell: Cell) -> tuple[datetime, bool]:
    found = _date_and_time(" ".join(text.casefold().split()))
    if found is None:
        raise CellError(f"has {quoted(cell)}; {_WRITE}")
    day, year = found["day"] or found["iso_day"], found["year"] or found["iso_year"]
    month = _month(found["month"] or found["iso_month"])
    try:
        on = date(int(year), month, int(day))
        at = time(int(found["hour"] or 0), int(found["minute"] or 0), int(found["second"] or 0))
    except ValueError as error:
        raise CellError(f"has {quoted(cell)}, but no calendar and no clock has it; {_WRITE}") from error
    return datetime.combine(on, at, _zone(found["zone"] or "", cell)), found["hour"] is not None


def _on(day: date, clock: Cell) -> datetime:
    match clock.value:
        case datetime() as value:
            return datetime.combine(day, value.time(), JAKARTA)
        case time() as value:
            return datetime.combine(day, value, JAKARTA)
        case str() as text if found := _time(" ".join(text.casefold().split())):
            hour, minute, second = int(found["hour"]), int(found["minute"]), int(found["second"] or 0)
            if hour < 24 and minute < 60 and second < 60:
                return datetime.combine(day, time(hour, minute, second), _zone(found["zone"], clock))
    raise CellError(f"has the time of day {quoted(clock)}; write it as 08.30 or 08.30 WIB")


def _zone(name: str, cell: Cell) -> tzinfo:
    if name not in _ZONES:
        raise CellError(f"has {quoted(cell)}; the zones are WIB, WITA and WIT")
    return _ZONES[name]


def _month(text: str) -> int:
    """0 for no month."""
    if text.isdigit():
        return int(text)
    starts = (
        number
        for number, names in enumerate(_MONTHS, 1)
        for name in names
        if name == text or name[:3] == text
    )
    return next(starts, 0)


def _microseconds(instant: datetime) -> int:
    since = instant - datetime(1970, 1, 1, tzinfo=UTC)
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds

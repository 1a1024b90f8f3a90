"""The oracle's own parser of instants: whole microseconds since 1970, UTC."""

import re
from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
DAY_US = 86_400_000_000
YEARS = range(1900, 2101)

INSTANT = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]+))?"
    r"(?:Z|([+-])([0-9]{2}):([0-9]{2}))"
)


def read_instant(text: object) -> int | None:
    """Microseconds of an instant of spec section 1; None for anything else.

    The year counts as written and in UTC, or else canonical text could not be read again.
    """
    form = INSTANT.fullmatch(text) if isinstance(text, str) else None
    if form is None:
        return None
    *digits, fraction, sign, hours, minutes = form.groups()
    if sign and (int(hours) > 23 or int(minutes) > 59):
        return None
    ahead = timedelta(hours=int(hours), minutes=int(minutes)) if sign else timedelta(0)
    try:
        local = datetime(*map(int, digits), tzinfo=UTC)  # type: ignore[arg-type, misc]
    except ValueError:
        return None
    utc = local + ahead if sign == "-" else local - ahead
    if local.year not in YEARS or utc.year not in YEARS:
        return None
    return (utc - EPOCH) // MICROSECOND + int((fraction or "0")[:6].ljust(6, "0"))


def moment(instant_us: int) -> datetime:
    return EPOCH + instant_us * MICROSECOND


def canonical_instant(instant_us: int) -> str:
    return f"{moment(instant_us):%Y-%m-%dT%H:%M:%S.%fZ}"


@cache
def sqlite_instant(instant_us: int) -> str:
    return f"{moment(instant_us):%Y-%m-%d %H:%M:%S.%f}"


def jakarta_month(instant_us: int) -> str:
    return f"{moment(instant_us).astimezone(ZoneInfo('Asia/Jakarta')):%Y-%m}"

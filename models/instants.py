"""Instants: whole microseconds since 1970 in UTC inside, RFC 3339 text outside (spec, section 1).

>>> parse("2017-09-01T09:00:00.1234567+07:00")
1504231200123456
>>> canonical(1504231200123456), sql_text(1504231200123456)
('2017-09-01T02:00:00.123456Z', '2017-09-01 02:00:00.123456')
>>> month_in_jakarta(parse("2017-08-31T17:00:00Z"))
'2017-09'
"""

import re
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

SECOND_US: Final = 1_000_000
HOUR_US: Final = 3600 * SECOND_US
DAY_US: Final = 24 * HOUR_US
"""A day is 86,400 seconds: instants know no leap seconds and no summer time."""

PATTERN: Final = (
    r"(19[0-9]{2}|20[0-9]{2}|2100)-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
    r"T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]+)?"
    r"(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])"
)
"""The form alone; `2017-02-30` has the form and is no date."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_TO_PRINT = datetime(1970, 1, 1)  # noqa: DTZ001  prints in two thirds of the time of an aware one
_has_form = re.compile(PATTERN.replace("(", "(?:")).fullmatch
_from_text = datetime.fromisoformat
_JAKARTA = ZoneInfo("Asia/Jakarta")
_JAKARTA_PLUS_7_SINCE_US = -189_388_800 * SECOND_US
"""1964-01-01T00:00:00Z: Jakarta had come to +07:00 some hours before, and has kept it."""
_FIRST_US = -2_208_988_800 * SECOND_US
_END_US = 4_133_980_800 * SECOND_US
"""The years 1900 to 2100 in UTC: 1900-01-01T00:00:00Z up to, not with, 2101-01-01T00:00:00Z."""


def parse(text: str) -> int:
    """Microseconds of an instant; digits beyond the sixth are cut. ValueError for anything else.

    The year counts both as written and in UTC, so that canonical text can always be read again.
    """
    if not _has_form(text):
        raise ValueError("no instant of the form YYYY-MM-DDTHH:MM:SS[.fraction]Z or +HH:MM, 1900 to 2100")
    try:
        since = _from_text(text) - _EPOCH
    except ValueError:
        raise ValueError("no instant: the calendar has no such day") from None
    instant_us = since.days * DAY_US + since.seconds * SECOND_US + since.microseconds
    if not _FIRST_US <= instant_us < _END_US:
        raise ValueError("an instant outside of the years 1900 to 2100 in UTC")
    return instant_us


def canonical(instant_us: int) -> str:
    """The one text of an instant: UTC, six digits of fraction, `2017-09-01T02:00:00.000000Z`."""
    return _utc(instant_us).isoformat("T", "microseconds") + "Z"


def sql_text(instant_us: int) -> str:
    """As SQLite keeps it: `2017-09-01 02:00:00.000000`, UTC; sorts as the instants do."""
    return _utc(instant_us).isoformat(" ", "microseconds")


def month_in_jakarta(instant_us: int) -> str:
    """The month on the office's calendar, `2017-09`."""
    if instant_us >= _JAKARTA_PLUS_7_SINCE_US:
        return _utc(instant_us + 7 * HOUR_US).isoformat()[:7]
    return _utc(instant_us).replace(tzinfo=UTC).astimezone(_JAKARTA).isoformat()[:7]


def _utc(instant_us: int) -> datetime:
    """UTC's clock and calendar, naive: never leaves this module."""
    return _EPOCH_TO_PRINT + timedelta(0, 0, instant_us)

"""Instants, shares and sums as text for people."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

from models.instants import DAY_US

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_JAKARTA = ZoneInfo("Asia/Jakarta")


def when(instant_us: int, *, seconds: bool = False) -> str:
    """Time in Asia/Jakarta, to the minute, or to the second.

    >>> when(1_504_231_200_000_000), when(1_504_231_207_900_000, seconds=True)
    ('1 September 2017, 09:00 WIB', '1 September 2017, 09:00:07 WIB')
    """
    local = (_EPOCH + timedelta(microseconds=instant_us)).astimezone(_JAKARTA)
    clock = f"{local:%H:%M:%S}" if seconds else f"{local:%H:%M}"
    return f"{local.day} {local:%B %Y}, {clock} {local:%Z}"


def percent(millionths: int) -> str:
    """Exact: a millionth is the fourth digit.

    >>> percent(1_000_000), percent(333_334), percent(500_000)
    ('100 %', '33.3334 %', '50 %')
    """
    whole, rest = divmod(millionths, 10_000)
    return f"{whole}.{rest:04}".rstrip("0").rstrip(".") + " %"


def days_before(earlier_us: int, later_us: int) -> str:
    """Days of 24 hours, to a tenth.

    >>> days_before(0, 0), days_before(0, DAY_US), days_before(0, 36 * 3_600_000_000)
    ('at the same moment', '1 day before', '1.5 days before')
    """
    if earlier_us == later_us:
        return "at the same moment"
    tenths = round(Fraction(10 * (later_us - earlier_us), DAY_US))
    if tenths == 0:
        return "on the same day, just before"
    days = f"{tenths // 10}.{tenths % 10}".removesuffix(".0")
    return f"{days} day{'' if days == '1' else 's'} before"


def share(part: int, whole: int) -> str:
    """Percentage with one digit, halves up.

    >>> share(50_911, 117_376), share(1_145, 2_710)
    ('43.4 %', '42.3 %')
    """
    tenths = (2_000 * part + whole) // (2 * whole)
    return f"{tenths // 10}.{tenths % 10} %"


def signed_members(millionths: int) -> str:
    """With sign, to a tenth, halves away from zero.

    >>> signed_members(1_250_000), signed_members(-500_000), signed_members(-1)
    ('+1.3', '-0.5', '0.0')
    """
    tenths = (abs(millionths) + 50_000) // 100_000
    sign = "" if tenths == 0 else "-" if millionths < 0 else "+"
    return f"{sign}{tenths // 10:,}.{tenths % 10}"


def many(count: int, one: str, several: str | None = None) -> str:
    """A count with its word.

    >>> many(1, "company", "companies"), many(1_145, "company", "companies"), many(2, "event")
    ('1 company', '1,145 companies', '2 events')
    """
    return f"{count:,} {one if count == 1 else several or one + 's'}"

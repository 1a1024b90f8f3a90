"""Numbers, money and instants in the reader's language, Jakarta's time."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal, format_percent

from models.language import Language
from models.statement import WHOLE_MEMBER

_LOCALES: Final = {Language.ID: Locale("id"), Language.EN: Locale("en", "GB")}
_JAKARTA: Final = ZoneInfo("Asia/Jakarta")
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class Formats:
    def __init__(self, language: Language) -> None:
        self._locale = _LOCALES[language]

    def number(self, number: int) -> str:
        return format_decimal(number, locale=self._locale)

    def members(self, millionths: int) -> str:
        """To a tenth, halves up; whole members without it."""
        tenths = (millionths + 50_000) // 100_000
        return format_decimal(Decimal(tenths) / 10, format="#,##0.#", locale=self._locale)

    def tenths(self, millionths: int) -> str:
        """The same always with its digit, so that numbers below each other align."""
        tenths = (millionths + 50_000) // 100_000
        return format_decimal(Decimal(tenths) / 10, format="#,##0.0", locale=self._locale)

    def whole(self, millionths: int) -> str:
        """Members of a plan or a forecast, halves up."""
        return format_decimal((2 * millionths + WHOLE_MEMBER) // (2 * WHOLE_MEMBER), locale=self._locale)

    def at_least(self, millionths: int) -> str:
        """Members that are needed, rounded up."""
        return format_decimal(-(-millionths // WHOLE_MEMBER), locale=self._locale)

    def rupiah(self, idr: int) -> str:
        return f"Rp\N{NO-BREAK SPACE}{format_decimal(idr, locale=self._locale)}"

    def share(self, part: int, whole: int) -> str:
        """With one digit, halves up."""
        tenths = (2_000 * part + whole) // (2 * whole) if whole else 0
        return format_percent(
            Decimal(tenths) / 1_000, format="#,##0.0\N{NO-BREAK SPACE}%", locale=self._locale
        )

    def percent(self, millionths: int) -> str:
        """Of one member, exact: a millionth is the fourth digit."""
        form = "#,##0.####\N{NO-BREAK SPACE}%"
        return format_percent(Decimal(millionths) / WHOLE_MEMBER, format=form, locale=self._locale)

    def instant(self, instant_us: int) -> str:
        """Day and time, to the second."""
        return self.local(instant_us, "d MMM y, HH:mm:ss") + " WIB"

    def clock(self, instant_us: int) -> str:
        return self.local(instant_us, "HH:mm:ss")

    def local(self, instant_us: int, form: str) -> str:
        return format_datetime(local(instant_us), form, locale=self._locale)

    def day(self, day: date, form: str = "d MMMM y") -> str:
        return format_date(day, form, locale=self._locale)

    def month(self, month: str, form: str = "MMMM y") -> str:
        return format_date(date.fromisoformat(f"{month}-01"), form, locale=self._locale)


def local(instant_us: int) -> datetime:
    """In Jakarta."""
    return (_EPOCH + timedelta(microseconds=instant_us)).astimezone(_JAKARTA)

"""The rules file: TOML with days and percents, read into exact whole units."""

from decimal import Decimal
from typing import Annotated, Final, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from models.instants import DAY_US
from models.toml_file import read_toml

MILLIONTHS_PER_PERCENT: Final = 10_000
VERSION_PATTERN: Final = r"^[A-Za-z0-9._-]{1,32}$"


def _quantity(unit: int, least: str, most: str) -> BeforeValidator:
    """A TOML number of days or percents as a whole number of units, never through a binary float."""

    def read(value: object) -> int:
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            message = f"{value!r} is not a number; write it without quotes"
            raise ValueError(message)  # noqa: TRY004  pydantic adds the location to a ValueError
        exact = Decimal(value)
        if not exact.is_finite() or not Decimal(least) <= exact <= Decimal(most):
            message = f"{value} is not from {least} to {most}"
            raise ValueError(message)
        _, digits, exponent = exact.as_tuple()
        if len(digits) > 15 or int(exponent) < -10 or exact * unit % 1:
            message = f"{value} has too many decimals"
            raise ValueError(message)
        return int(exact * unit)

    return BeforeValidator(read)


_Always = Annotated[int, _quantity(DAY_US, "0", "0")]
_Days = Annotated[int, _quantity(DAY_US, "0", "3660")]
_HalfLife = Annotated[int, _quantity(DAY_US, "0.01", "36600")]
_Percent = Annotated[int, _quantity(MILLIONTHS_PER_PERCENT, "0", "100")]


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class LookbackDays(_Section):
    declared: _Always
    attendance: _Days
    company: _Days
    place: _Days


class PlaceShare(_Section):
    share_percent: _Percent


class PositionSplit(_Section):
    first_percent: _Percent
    last_percent: _Percent

    @model_validator(mode="after")
    def _at_most_100_percent(self) -> Self:
        if self.first_percent + self.last_percent > 100 * MILLIONTHS_PER_PERCENT:
            message = "first_percent and last_percent are more than 100 together"
            raise ValueError(message)
        return self


class TimeDecay(_Section):
    half_life_days: _HalfLife


class RulesFile(_Section):
    """The sections of the file; numbers are already microseconds and millionths."""

    version: Annotated[str, Field(strict=True, pattern=VERSION_PATTERN)]
    lookback_days: LookbackDays
    place: PlaceShare
    position: PositionSplit
    time_decay: TimeDecay


def read_rules(text: str, file: str) -> RulesFile:
    """Raises ReferenceFileError, which names every wrong value."""
    remedy = "Put that right; the rules.toml that comes with Sambung shows every value and its meaning"
    return read_toml(RulesFile, text, file, unknown="is not a rule", remedy=remedy)

"""Targets: how many new members the agency wants in a year, read from a file that people edit (TOML)."""

from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Final, Literal, NamedTuple, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from models.events import Channel
from models.fields import AnyPlace, CampaignId
from models.places import Places
from models.reference import ReferenceFileError, read_reference
from models.toml_file import read_toml

DATA: Final = Path(__file__).parent / "data"
PUBLISHED: Final = "diy-2017"
"""Name of the targets that come with the release."""
FIRST_YEAR, LAST_YEAR = 1965, 2100
"""Jakarta has been seven hours ahead of UTC in all of them."""
WHOLE: Final = 1_000_000
"""A month curve's shares together, in millionths."""
_MILLIONTHS_PER_PERCENT: Final = 10_000


class Target(NamedTuple):
    """New members wanted in a year."""

    year: int
    place: str
    kind: str
    channel: str | None
    """The channel that is to bring them in; None for any."""
    agent: str | None
    """Campaign id of the agent who is to bring them in; None for any."""
    number: int
    months: tuple[int, ...] | None
    """Shares of January to December in millionths; None for evenly over the working days."""


def _share(value: object) -> int:
    """Percent as whole millionths, never through a binary float."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        message = f"{value!r} is not a number; write it without quotes"
        raise ValueError(message)  # noqa: TRY004  pydantic adds the location to a ValueError
    exact = Decimal(value)
    if not exact.is_finite() or not 0 <= exact <= 100:
        raise ValueError(f"{value} is not from 0 to 100")
    if exact * _MILLIONTHS_PER_PERCENT % 1:
        raise ValueError(f"{value} has more than four decimals")
    return int(exact * _MILLIONTHS_PER_PERCENT)


def _whole_year(shares: object) -> object:
    if isinstance(shares, list) and len(shares) != 12:
        raise ValueError(f"it has {len(shares)} months; write 12, January to December")
    return shares


_Months = Annotated[tuple[Annotated[int, BeforeValidator(_share)], ...], BeforeValidator(_whole_year)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    months_percent: _Months | None = None

    @model_validator(mode="after")
    def _make_a_whole(self) -> Self:
        if self.months_percent is not None and sum(self.months_percent) != WHOLE:
            together = Decimal(sum(self.months_percent)) / _MILLIONTHS_PER_PERCENT
            raise ValueError(f"months_percent is {together.normalize():f} together; make it 100")
        return self


class _Wanted(_Part):
    place: AnyPlace
    kind: Literal["worker", "company"]
    number: Annotated[int, Field(strict=True, ge=1, le=1_000_000_000)]
    channel: Channel | Literal["inspection", "declared"] | None = None
    agent: CampaignId | None = None

    @model_validator(mode="after")
    def _channel_or_agent(self) -> Self:
        if self.channel is not None and self.agent is not None:
            raise ValueError("it names a channel and an agent; keep one of them")
        return self


class _File(_Part):
    year: Annotated[int, Field(strict=True, ge=FIRST_YEAR, le=LAST_YEAR)]
    target: Annotated[tuple[_Wanted, ...], Field(min_length=1)]


def load_targets(path: Path, places: Places) -> tuple[Target, ...]:
    """Of one year, in the order of the file. Raises ReferenceFileError, which names every wrong value."""
    file = str(path)
    content = _read(read_reference(path, "file of targets"), file)
    targets = tuple(_target(content, one) for one in content.target)
    problems = [
        f"target {number}: {one.place} is not on the list of places"
        for number, one in enumerate(targets, start=1)
        if not places.known(one.place)
    ]
    problems += [
        f"{_described(one)} has {count} targets; keep one"
        for one, count in Counter(map(key_of, targets)).items()
        if count > 1
    ]
    if problems:
        raise ReferenceFileError(file, "", "; ".join(problems), _REMEDY)
    return targets


def published_targets() -> tuple[Target, ...]:
    """Those that come with the release, for the year 2017."""
    return load_targets(published_file(), Places.load(None))


def published_file() -> Path:
    return DATA / f"targets-{PUBLISHED}.toml"


def key_of(target: Target) -> tuple[str, str, str, str]:
    """What tells apart the targets of one year; of the last two, empty means any."""
    return target.place, target.kind, target.channel or "", target.agent or ""


_REMEDY: Final = f"Put that right; {published_file().name}, which comes with Sambung, shows every value"


def _read(text: str, file: str) -> _File:
    return read_toml(_File, text, file, unknown="is not known here", remedy=_REMEDY)


def _target(content: _File, one: _Wanted) -> Target:
    months = one.months_percent or content.months_percent
    return Target(content.year, one.place, one.kind, one.channel, one.agent, one.number, months)


def _described(key: tuple[str, str, str, str]) -> str:
    return ", ".join(part for part in key if part)

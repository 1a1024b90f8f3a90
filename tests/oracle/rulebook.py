"""The rules of attribution of spec sections 2 and 3, for the oracle alone."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from tests.oracle.clock import DAY_US

EVIDENCE = ("place", "company", "attendance", "declared")
"""By rank, from 0."""
WHOLE = 1_000_000


def _lookbacks() -> dict[str, int]:
    return {"declared": 0, "attendance": 90 * DAY_US, "company": 90 * DAY_US, "place": 30 * DAY_US}


@dataclass(frozen=True)
class Rulebook:
    """By default version 2017.1."""

    version: str = "2017.1"
    lookback_us: Mapping[str, int] = field(default_factory=_lookbacks)
    place_share: int = 300_000
    half_life_us: int = 7 * DAY_US
    first: Fraction = Fraction(2, 5)
    last: Fraction = Fraction(2, 5)


DEFAULT = Rulebook()

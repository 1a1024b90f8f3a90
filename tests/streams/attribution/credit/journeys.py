"""Journeys, rules and amounts for tests of credit models."""

from dataclasses import dataclass

from hypothesis import strategies as st

from models.instants import DAY_US
from models.rules import Position, Rules
from streams.attribution.credit import MODELS

DEFAULT = Rules.load()


@dataclass(frozen=True)
class Journey:
    """Touches in touch order, the membership's instant, the amount and the rules."""

    touched_us: tuple[int, ...]
    converted_us: int
    amount: int
    rules: Rules

    def shares(self, model: str) -> list[int]:
        return MODELS[model](self.touched_us, self.amount, self.rules)


def days_before(*days: float, converted_us: int = 1_504_231_200_000_000) -> list[int]:
    """Instants that are the given numbers of days before the membership."""
    return [converted_us - int(day * DAY_US) for day in days]


@st.composite
def rules(draw: st.DrawFn) -> Rules:
    if draw(st.booleans()):
        return DEFAULT
    first = draw(st.integers(0, 1_000_000))
    last = draw(st.integers(0, 1_000_000 - first))
    half_life_us = draw(st.integers(DAY_US // 100, 400 * DAY_US))
    return DEFAULT.model_copy(
        update={"position": Position(first=first, last=last), "half_life_us": half_life_us},
    )


@st.composite
def journeys(draw: st.DrawFn, most: int = 12) -> Journey:
    converted_us = draw(st.integers(-2_208_988_800_000_000, 4_133_980_799_999_999))
    gap = st.one_of(
        st.integers(0, 90 * DAY_US),
        st.integers(0, 90).map(lambda days: days * DAY_US),  # some at once, some a week apart
    )
    gaps = sorted(draw(st.lists(gap, min_size=1, max_size=most)), reverse=True)
    amount = draw(st.sampled_from((1_000_000, 300_000, 1, 0)) | st.integers(0, 1_000_000))
    return Journey(tuple(converted_us - gap for gap in gaps), converted_us, amount, draw(rules()))

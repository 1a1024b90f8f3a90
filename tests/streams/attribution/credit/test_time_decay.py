"""Time decay, compared with an independent computation in 60 decimal digits, and its weights."""

from decimal import ROUND_FLOOR, Decimal, localcontext

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.instants import DAY_US
from streams.attribution.credit import time_decay
from streams.attribution.credit.halving import BITS, ONE, halving
from tests.streams.attribution.credit.journeys import DEFAULT, Journey, days_before, journeys
from tests.thorough import tries

SAME = Decimal("1e-40")
"""Fractional parts closer than this are equal: the digits beyond are rounding errors of the computation."""


def by_decimals(journey: Journey) -> list[int]:
    """The published rule with weights 2^-((T - t) / half-life), in 60 digits."""
    with localcontext() as context:
        context.prec = 60
        half_life = Decimal(journey.rules.half_life_us)
        gaps = [journey.converted_us - touched for touched in journey.touched_us]
        weights = [Decimal(2) ** (-Decimal(gap) / half_life) for gap in gaps]
        shares = [(journey.amount * weight / sum(weights)).quantize(SAME) for weight in weights]
        whole = [int(share.to_integral_value(ROUND_FLOOR)) for share in shares]
        by_fraction = sorted(range(len(shares)), key=lambda index: (whole[index] - shares[index], index))
        for index in by_fraction[: journey.amount - sum(whole)]:
            whole[index] += 1
        return whole


@settings(deadline=None, max_examples=tries(500))
@given(journeys())
def test_shares_are_those_of_sixty_digits(journey: Journey) -> None:
    assert journey.shares("time_decay") == by_decimals(journey)


@pytest.mark.parametrize(
    ("days", "amount", "expected"),
    [
        ((7, 0), 1_000_000, [333_333, 666_667]),
        ((14, 7, 0), 1_000_000, [142_857, 285_714, 571_429]),
        ((90, 83), 1_000_000, [333_333, 666_667]),
        ((21, 14), 300_000, [100_000, 200_000]),
        ((5, 5, 5), 1_000_000, [333_334, 333_333, 333_333]),
        ((7, 7, 0, 0), 1_000_000, [166_667, 166_667, 333_333, 333_333]),
        ((7, 0, 0), 1_000_000, [200_000, 400_000, 400_000]),
    ],
)
def test_whole_half_lives_by_hand(days: tuple[float, ...], amount: int, expected: list[int]) -> None:
    touched_us = days_before(*days)
    assert time_decay.shares(touched_us, amount, DEFAULT) == expected


def test_a_later_touch_never_earns_less() -> None:
    touched_us = days_before(60, 30.5, 30, 8.25, 8, 7.999, 0.001, 0)
    shares = time_decay.shares(touched_us, 1_000_000, DEFAULT)
    assert shares == sorted(shares)


def test_a_touch_far_beyond_the_half_life_leaves_all_to_the_last() -> None:
    rules = DEFAULT.model_copy(update={"half_life_us": DAY_US // 100})
    assert time_decay.shares(days_before(90, 60, 0), 1_000_000, rules) == [0, 0, 1_000_000]


@settings(deadline=None, max_examples=tries(300))
@given(gap=st.integers(0, 100 * DAY_US), half_life=st.integers(1, 3_660 * DAY_US))
def test_a_weight_is_right_to_89_bits(gap: int, half_life: int) -> None:
    with localcontext() as context:
        context.prec = 60
        exact = Decimal(2) ** (BITS - Decimal(gap) / Decimal(half_life))
        assert abs(halving(gap, half_life) - exact) < 2 ** (BITS - 89)


@settings(deadline=None, max_examples=tries(300))
@given(
    gap=st.integers(0, 90 * DAY_US),
    more=st.integers(1, DAY_US),
    half_life=st.integers(DAY_US // 100, 36_600 * DAY_US),
)
def test_a_weight_never_grows_with_the_gap(gap: int, more: int, half_life: int) -> None:
    assert halving(gap + more, half_life) <= halving(gap, half_life) <= ONE


@pytest.mark.parametrize("halvings", [0, 1, 2, 12, 95])
def test_whole_halvings_are_exact(halvings: int) -> None:
    assert halving(halvings * 7 * DAY_US, 7 * DAY_US) == ONE >> halvings


def test_neighbours_by_a_microsecond_differ_across_every_edge_of_the_tables() -> None:
    half_life = 7 * DAY_US
    for thousandth in range(1, 1_024):
        edge = half_life * thousandth // 1_024
        assert halving(edge - 1, half_life) > halving(edge, half_life) > halving(edge + 1, half_life)

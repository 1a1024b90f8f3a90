"""The oracle's division of credit, against numbers worked out by hand."""

from fractions import Fraction

import pytest

from tests.oracle.clock import DAY_US
from tests.oracle.rulebook import Rulebook
from tests.oracle.shares import MODELS, credit

WEEK_US = 7 * DAY_US


@pytest.mark.parametrize(
    ("model", "touches", "amount", "shares"),
    [
        ("linear", 3, 1_000_000, [333_334, 333_333, 333_333]),
        ("linear", 6, 1_000_000, [166_667, 166_667, 166_667, 166_667, 166_666, 166_666]),
        ("linear", 7, 300_000, [42_858, 42_857, 42_857, 42_857, 42_857, 42_857, 42_857]),
        ("position", 1, 1_000_000, [1_000_000]),
        ("position", 2, 1_000_000, [500_000, 500_000]),
        ("position", 3, 1_000_000, [400_000, 200_000, 400_000]),
        ("position", 5, 1_000_000, [400_000, 66_667, 66_667, 66_666, 400_000]),
        ("position", 9, 300_000, [120_000, 8572, 8572, 8572, 8571, 8571, 8571, 8571, 120_000]),
        ("first", 3, 300_000, [300_000, 0, 0]),
        ("last", 3, 300_000, [0, 0, 300_000]),
    ],
)
def test_exact_shares_are_floored_and_the_rest_goes_to_the_largest_fractions(
    model: str, touches: int, amount: int, shares: list[int]
) -> None:
    assert credit(model, [0] * touches, amount) == shares


@pytest.mark.parametrize(
    ("elapsed_us", "shares"),
    [
        ([DAY_US, 0], [475_265, 524_735]),
        ([2 * DAY_US, DAY_US, 0], [300_924, 332_246, 366_830]),
        ([WEEK_US, 0], [333_333, 666_667]),
        ([5, 5, 5], [333_334, 333_333, 333_333]),
        ([0, 0], [500_000, 500_000]),
    ],
)
def test_decay_halves_a_weight_in_seven_days(elapsed_us: list[int], shares: list[int]) -> None:
    assert credit("time_decay", elapsed_us, 1_000_000) == shares


def test_decay_whole_weeks_apart_ties_exactly_and_the_earlier_touch_gets_the_millionth() -> None:
    """Weights 1:1:4 of six: every exact share ends in two thirds, so the two left over go to the earliest."""
    for late_us in (0, 1, 12_345_678_901):
        elapsed_us = [2 * WEEK_US + late_us, 2 * WEEK_US + late_us, late_us]
        assert credit("time_decay", elapsed_us, 1_000_000) == [166_667, 166_667, 666_666]


def test_a_microsecond_breaks_that_tie() -> None:
    assert credit("time_decay", [2 * WEEK_US + 1, 2 * WEEK_US, 0], 1_000_000) == [166_666, 166_667, 666_667]


@pytest.mark.parametrize("model", MODELS)
def test_shares_sum_to_the_amount_and_none_is_negative(model: str) -> None:
    for touches in range(1, 40):
        shares = credit(model, [number * number * 977_777_777 for number in range(touches, 0, -1)], 300_000)
        assert sum(shares) == 300_000
        assert min(shares) >= 0


def test_other_rules_divide_otherwise() -> None:
    rules = Rulebook(half_life_us=DAY_US, first=Fraction(1, 2), last=Fraction(1, 10))
    assert credit("position", [0] * 4, 1_000_000, rules) == [500_000, 200_000, 200_000, 100_000]
    assert credit("time_decay", [DAY_US, 0], 900_000, rules) == [300_000, 600_000]

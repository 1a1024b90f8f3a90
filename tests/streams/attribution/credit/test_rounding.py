"""Largest remainder, compared with exact fractions, and the models that are exact."""

from collections.abc import Sequence
from fractions import Fraction
from math import floor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules import Position
from streams.attribution.credit import linear, position
from streams.attribution.credit.rounding import apportion, equally
from tests.streams.attribution.credit.journeys import DEFAULT, Journey, journeys


def rounded(shares: Sequence[Fraction]) -> list[int]:
    """The published rule on exact shares."""
    whole = [floor(share) for share in shares]
    by_fraction = sorted(range(len(shares)), key=lambda index: (whole[index] - shares[index], index))
    for index in by_fraction[: int(sum(shares)) - sum(whole)]:
        whole[index] += 1
    return whole


def u_shape(count: int, amount: int, first: Fraction, last: Fraction) -> list[Fraction]:
    if count == 1:
        return [Fraction(amount)]
    if count == 2:
        return [Fraction(amount, 2)] * 2
    return [
        amount * first,
        *[amount * (1 - first - last) / (count - 2)] * (count - 2),
        amount * last,
    ]


@given(
    amount=st.integers(0, 10**6),
    weights=st.lists(st.integers(0, 2**100) | st.integers(0, 3), min_size=1, max_size=9).filter(any),
)
def test_apportioning_is_the_published_rule(amount: int, weights: list[int]) -> None:
    total = sum(weights)
    assert apportion(amount, weights) == rounded([Fraction(amount * weight, total) for weight in weights])


@given(amount=st.integers(0, 10**6), count=st.integers(1, 60))
def test_equal_shares_are_the_published_rule(amount: int, count: int) -> None:
    assert equally(amount, count) == rounded([Fraction(amount, count)] * count)


@given(journeys())
def test_linear_is_exact(journey: Journey) -> None:
    count = len(journey.touched_us)
    assert journey.shares("linear") == rounded([Fraction(journey.amount, count)] * count)


@given(journeys())
def test_position_is_exact_under_any_split(journey: Journey) -> None:
    ends = journey.rules.position
    exact = u_shape(
        len(journey.touched_us), journey.amount, Fraction(ends.first, 10**6), Fraction(ends.last, 10**6)
    )
    assert journey.shares("position") == rounded(exact)


@pytest.mark.parametrize(
    ("count", "amount", "expected"),
    [
        (1, 1_000_000, [1_000_000]),
        (2, 1_000_000, [500_000, 500_000]),
        (2, 3, [2, 1]),
        (3, 1_000_000, [400_000, 200_000, 400_000]),
        (5, 1_000_000, [400_000, 66_667, 66_667, 66_666, 400_000]),
        (9, 300_000, [120_000, 8_572, 8_572, 8_572, 8_571, 8_571, 8_571, 8_571, 120_000]),
    ],
)
def test_position_by_hand(count: int, amount: int, expected: list[int]) -> None:
    assert position.shares(range(count), amount, DEFAULT) == expected


def test_an_uneven_split_that_leaves_fractions_at_the_ends() -> None:
    """A third of 10 first, a sixth last, a quarter to each of two between: 3.33 2.5 2.5 1.67."""
    rules = DEFAULT.model_copy(update={"position": Position(first=333_333, last=166_667)})
    assert position.shares(range(4), 10, rules) == [3, 3, 2, 2]


def test_the_odd_millionths_of_linear_go_to_the_earliest() -> None:
    assert linear.shares(range(7), 300_000, DEFAULT) == [
        42_858,
        42_857,
        42_857,
        42_857,
        42_857,
        42_857,
        42_857,
    ]

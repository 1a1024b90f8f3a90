"""The golden vector: three journeys with touches 24 hours apart, the last at the membership itself."""

import pytest

from streams.attribution.credit import MODELS
from tests.streams.attribution.credit.journeys import DEFAULT, days_before

MILLION = 1_000_000
JOURNEYS = ("A", "AB", "ABC")

TOTALS = {
    "first": (3_000_000, 0, 0),
    "last": (1_000_000, 1_000_000, 1_000_000),
    "linear": (1_833_334, 833_333, 333_333),
    "position": (1_900_000, 700_000, 400_000),
    "time_decay": (1_776_200, 857_000, 366_800),
}
WITHIN = {"time_decay": 50}
"""Decay's totals are published to four decimals."""


def totals(model: str) -> dict[str, int]:
    earned = dict.fromkeys("ABC", 0)
    for journey in JOURNEYS:
        touched_us = days_before(*reversed(range(len(journey))))
        shares = MODELS[model](touched_us, MILLION, DEFAULT)
        for campaign, share in zip(journey, shares, strict=True):
            earned[campaign] += share
    return earned


@pytest.mark.parametrize("model", MODELS)
def test_three_journeys_give_the_published_totals(model: str) -> None:
    for found, published in zip(totals(model).values(), TOTALS[model], strict=True):
        assert abs(found - published) <= WITHIN.get(model, 0)


@pytest.mark.parametrize("model", MODELS)
def test_three_members_are_three_members(model: str) -> None:
    assert sum(totals(model).values()) == 3 * MILLION


def test_decay_to_the_millionth() -> None:
    """By hand: r = 2^-(1/7) = .9057237; A>B: r/(1+r), 1/(1+r); A>B>C: r^2, r, 1 over 1+r+r^2."""
    assert totals("time_decay") == {"A": 1_776_189, "B": 856_981, "C": 366_830}

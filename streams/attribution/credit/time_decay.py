"""Time decay: the later a touch, the more it earns."""

from collections.abc import Sequence

from models.rules import Rules
from streams.attribution.credit.halving import halving
from streams.attribution.credit.rounding import apportion, equally


def shares(touched_us: Sequence[int], amount: int, rules: Rules) -> list[int]:
    """Weight 2^-((T - t) / half-life) for a touch at t and a membership that began at T, normalised.

    `rules.half_life_us` is the time in which a touch loses half its weight.

    Examples
    --------
    With the default half-life of 7 days a touch 7 days before the last weighs half: 1/3 and 2/3.

    >>> day = 86_400_000_000
    >>> shares([0, 7 * day], 1_000_000, Rules.load())
    [333333, 666667]

    Notes
    -----
    Weights are relative to the last touch and not to T: 2^-((T - last) / half-life) is a factor of
    every weight and cancels out. So journeys whose touches lie whole half-lives
    apart have exact weights, and no precision is lost however long before T they ended.

    References
    ----------
    Exponential half-life, as in time-decay multi-touch attribution with a 7-day half-life.

    """
    latest = touched_us[-1]
    if touched_us[0] == latest:
        return equally(amount, len(touched_us))
    half_life = rules.half_life_us
    return apportion(amount, [halving(latest - touched, half_life) for touched in touched_us])

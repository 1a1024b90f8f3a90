"""Credit of one journey under each model: spec section 3, in whole numbers of any size."""

from collections.abc import Callable, Sequence
from decimal import Context, Decimal, localcontext
from fractions import Fraction
from functools import cache
from math import lcm

from tests.oracle.rulebook import DEFAULT, Rulebook

DIGITS = 70
"""Decimals of a decay weight; ten more are carried while it is computed."""
LN_2 = Decimal(2).ln(Context(prec=DIGITS + 10))
MODELS = ("first", "last", "linear", "position", "time_decay")


def credit(model: str, elapsed_us: Sequence[int], amount: int, rules: Rulebook = DEFAULT) -> list[int]:
    """Whole millionths of `amount` a touch; `elapsed_us` is T - t of each touch, in touch order.

    >>> credit("linear", [2, 1, 0], 1_000_000)
    [333334, 333333, 333333]
    """
    return rounded(amount, WEIGHTS[model](elapsed_us, rules))


def rounded(amount: int, weights: Sequence[int]) -> list[int]:
    """Floors of the exact shares; the millionths left over go to the largest fractions, ties to the first."""
    total = sum(weights)
    whole = [amount * weight // total for weight in weights]
    parts = [amount * weight % total for weight in weights]
    for index in sorted(range(len(weights)), key=lambda at: (-parts[at], at))[: amount - sum(whole)]:
        whole[index] += 1
    return whole


def first(elapsed: Sequence[int], _: Rulebook) -> list[int]:
    return [1] + [0] * (len(elapsed) - 1)


def last(elapsed: Sequence[int], _: Rulebook) -> list[int]:
    return [0] * (len(elapsed) - 1) + [1]


def linear(elapsed: Sequence[int], _: Rulebook) -> list[int]:
    return [1] * len(elapsed)


def position(elapsed: Sequence[int], rules: Rulebook) -> list[int]:
    between = len(elapsed) - 2
    if between <= 0:
        return linear(elapsed, rules)
    each: Fraction = (1 - rules.first - rules.last) / between
    common = lcm(*(share.denominator for share in (rules.first, each, rules.last)))
    return [int(share * common) for share in (rules.first, *[each] * between, rules.last)]


def time_decay(elapsed: Sequence[int], rules: Rulebook) -> list[int]:
    """Exact where it can matter, 70 decimals elsewhere.

    Powers of two with different fractional exponents are linearly independent over the rationals. So
    shares can only be whole, or tie in their fractional parts at different instants, when all touches
    lie whole half-lives apart, and there the weights are rational.
    """
    since_last = [since - elapsed[-1] for since in elapsed]
    if all(since % rules.half_life_us == 0 for since in since_last):
        halvings = [since // rules.half_life_us for since in since_last]
        return [2 ** (max(halvings) - halved) for halved in halvings]
    return [power(since, rules.half_life_us) for since in since_last]


@cache
def power(since_us: int, half_life_us: int) -> int:
    """2^(-since / half-life), times ten to the 70."""
    with localcontext(prec=DIGITS + 10):
        weight = (Decimal(-since_us) / Decimal(half_life_us) * LN_2).exp()
        return int(weight.scaleb(DIGITS))


WEIGHTS: dict[str, Callable[[Sequence[int], Rulebook], list[int]]] = {
    "first": first,
    "last": last,
    "linear": linear,
    "position": position,
    "time_decay": time_decay,
}

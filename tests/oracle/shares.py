"""Credit of one journey under each model: spec section 3, in exact rational arithmetic."""

from collections.abc import Callable, Sequence
from decimal import Decimal, localcontext
from fractions import Fraction
from functools import cache
from math import floor

from tests.oracle.rulebook import DEFAULT, Rulebook

DIGITS = 80
MODELS = ("first", "last", "linear", "position", "time_decay")


def credit(model: str, elapsed_us: Sequence[int], amount: int, rules: Rulebook = DEFAULT) -> list[int]:
    """Whole millionths of `amount` a touch; `elapsed_us` is T - t of each touch, in touch order.

    >>> credit("linear", [2, 1, 0], 1_000_000)
    [333334, 333333, 333333]
    """
    return rounded([amount * share for share in SHARES[model](tuple(elapsed_us), rules)])


def rounded(exact: Sequence[Fraction]) -> list[int]:
    """Floors, and the millionths left over to the largest fractional parts, ties to the earlier."""
    whole = [floor(share) for share in exact]
    left = int(sum(exact)) - sum(whole)
    for index in sorted(range(len(exact)), key=lambda at: (whole[at] - exact[at], at))[:left]:
        whole[index] += 1
    return whole


def first(elapsed: tuple[int, ...], _: Rulebook) -> list[Fraction]:
    return [Fraction(index == 0) for index in range(len(elapsed))]


def last(elapsed: tuple[int, ...], _: Rulebook) -> list[Fraction]:
    return [Fraction(index == len(elapsed) - 1) for index in range(len(elapsed))]


def linear(elapsed: tuple[int, ...], _: Rulebook) -> list[Fraction]:
    return [Fraction(1, len(elapsed))] * len(elapsed)


def position(elapsed: tuple[int, ...], rules: Rulebook) -> list[Fraction]:
    between = len(elapsed) - 2
    if between <= 0:
        return linear(elapsed, rules)
    middle = (1 - rules.first - rules.last) / between
    return [rules.first, *[middle] * between, rules.last]


def time_decay(elapsed: tuple[int, ...], rules: Rulebook) -> list[Fraction]:
    """Exact where it can matter, 80 digits elsewhere.

    Powers of two with different fractional exponents are linearly independent over the rationals. So
    shares can only be whole, or tie in their fractional parts at different instants, when all touches
    lie whole half-lives apart, and there the weights are rational.
    """
    since_last = [since - elapsed[-1] for since in elapsed]
    if all(since % rules.half_life_us == 0 for since in since_last):
        weights = [Fraction(1, 2 ** (since // rules.half_life_us)) for since in since_last]
    else:
        weights = [power(since, rules.half_life_us) for since in since_last]
    total = sum(weights)
    return [weight / total for weight in weights]


@cache
def power(since_us: int, half_life_us: int) -> Fraction:
    """2^(-since / half-life) to 80 decimals."""
    with localcontext(prec=DIGITS + 10):
        weight = Decimal(2) ** (Decimal(-since_us) / Decimal(half_life_us))
        return Fraction(int(weight.scaleb(DIGITS)), 10**DIGITS)


SHARES: dict[str, Callable[[tuple[int, ...], Rulebook], list[Fraction]]] = {
    "first": first,
    "last": last,
    "linear": linear,
    "position": position,
    "time_decay": time_decay,
}

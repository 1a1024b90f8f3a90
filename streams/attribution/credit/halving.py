"""2^-x in integers: the same 96 bits on every platform, no binary float anywhere.

The fractional part of x is read in five digits of ten bits. Each digit picks one of 1,024 tabled
powers, and the part below the fiftieth bit is interpolated between two neighbours of the last
table. The tables come from integer square roots alone. Every result is within 2^-89 of the true value
(tests/streams/attribution/credit/test_time_decay.py checks it), and exact for whole x.
"""

from math import isqrt
from typing import Final

BITS: Final = 96
ONE: Final = 1 << BITS
"""2^-0."""

_GUARDED: Final = 192
_DIGIT: Final = 10
_DIGITS: Final = 5


def _tables() -> list[list[int]]:
    """For each digit the powers 2^-(d / 1024^place), d = 0..1024, in 96 bits."""
    tables = []
    root = 1 << (_GUARDED - 1)
    for _ in range(_DIGITS):
        for _ in range(_DIGIT):
            root = isqrt(root << _GUARDED)
        power = 1 << _GUARDED
        table = []
        for _ in range((1 << _DIGIT) + 1):
            table.append(power >> (_GUARDED - BITS))
            power = power * root >> _GUARDED
        tables.append(table)
    return tables


_A, _B, _C, _D, _E = _tables()
_LOW: Final = (1 << _DIGIT) - 1


def halving(gap: int, half_life: int) -> int:
    """Weight 2^-(gap / half_life) as a multiple of 2^-96; never grows with the gap.

    Examples
    --------
    >>> halving(0, 7) == ONE, halving(14, 7) == ONE // 4
    (True, True)
    >>> halving(1, 2) * 1000 // ONE
    707

    """
    halvings, part = divmod(gap, half_life)
    if not part:
        return ONE >> halvings
    digits, below = divmod(part << 50, half_life)
    last = _E[digits & _LOW]
    last -= (last - _E[(digits & _LOW) + 1]) * below // half_life
    weight = _A[digits >> 40] * _B[digits >> 30 & _LOW] >> BITS
    weight = weight * _C[digits >> 20 & _LOW] >> BITS
    weight = weight * _D[digits >> 10 & _LOW] >> BITS
    return (weight * last >> BITS) >> halvings

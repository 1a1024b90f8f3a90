"""Quantiles of whole numbers that are counted."""

from collections import Counter


def within(counted: Counter[int], part: int, of: int) -> int:
    """The smallest value that `part` of `of` parts of all do not exceed; 0 of nothing.

    >>> within(Counter({0: 2, 3: 1, 9: 2}), 1, 2), within(Counter({0: 3}), 3, 4), within(Counter(), 1, 4)
    (3, 0, 0)
    """
    below = 0
    for value in sorted(counted):
        below += counted[value]
        if of * below >= part * counted.total():
            return value
    return 0

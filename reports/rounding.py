"""Numbers of cross-tables: each rounded by itself, those below the least cell not told."""

from typing import Final

LEAST_STEP: Final = 3
"""Below it `<N` would tell the number: `<2` is 1."""


def rounded(number: int, step: int) -> int | None:
    """The nearest multiple, halves up; None for what is not told, 1 to `step` - 1.

    >>> [rounded(number, 10) for number in (0, 1, 9, 10, 14, 15, 24, 25)]
    [0, None, None, 10, 10, 20, 20, 30]
    """
    if 0 < number < step:
        return None
    return (2 * number + step) // (2 * step) * step


def shown(number: int, step: int, unit: int = 1) -> int | str:
    """In whole units, of a number in parts of a unit.

    >>> shown(12_300_000, 10, 1_000_000), shown(1, 10, 1_000_000), shown(0, 10)
    (10, '<10', 0)
    """
    nearest = rounded(number, step * unit)
    return f"<{step}" if nearest is None else nearest // unit

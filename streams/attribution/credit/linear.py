"""Linear: every touch of the journey earns the same."""

from collections.abc import Sequence

from models.rules import Rules
from streams.attribution.credit.rounding import equally


def shares(touched_us: Sequence[int], amount: int, _rules: Rules) -> list[int]:
    """1/n of the credit to each of n touches, exactly.

    Examples
    --------
    A third each; the millionth left over goes to the earliest.

    >>> shares([1, 2, 3], 1_000_000, Rules.load())
    [333334, 333333, 333333]

    References
    ----------
    Multi-touch attribution, even-weighted.

    """
    return equally(amount, len(touched_us))

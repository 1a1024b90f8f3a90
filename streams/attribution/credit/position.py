"""Position: the first and the last touch earn most (U shape)."""

from collections.abc import Sequence
from typing import Final

from models.rules import Rules
from streams.attribution.credit.rounding import apportion, equally

SPLIT_UNIT: Final = 1_000_000
"""`rules.position` is in millionths of the amount."""


def shares(touched_us: Sequence[int], amount: int, rules: Rules) -> list[int]:
    """40 % to the first, 40 % to the last, the rest equally between, exactly; two touches get half each.

    `rules.position` has the parts of the first and of the last touch. Two touches get half each whatever
    the parts are.

    Examples
    --------
    >>> shares([1, 2, 3, 4], 1_000_000, Rules.load())
    [400000, 100000, 100000, 400000]
    >>> shares([1, 2], 1_000_000, Rules.load())
    [500000, 500000]

    References
    ----------
    Position-based (40/20/40) multi-touch attribution.

    """
    count = len(touched_us)
    if count <= 2:
        return equally(amount, count)
    ends = rules.position
    first, first_part = divmod(amount * ends.first, SPLIT_UNIT)
    last, last_part = divmod(amount * ends.last, SPLIT_UNIT)
    between = count - 2
    if first_part or last_part:
        each = SPLIT_UNIT - ends.first - ends.last
        return apportion(amount, [ends.first * between, *[each] * between, ends.last * between])
    return [first, *equally(amount - first - last, between), last]

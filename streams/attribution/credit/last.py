"""Last touch: the touch that closed the journey earns everything."""

from collections.abc import Sequence

from models.rules import Rules


def shares(touched_us: Sequence[int], amount: int, _rules: Rules) -> list[int]:
    """All of the credit to the last touch.

    Examples
    --------
    >>> shares([1, 2, 3], 1_000_000, Rules.load())
    [0, 0, 1000000]

    References
    ----------
    Single-touch attribution; the usual meaning of "came through" in reports.

    """
    return [0] * (len(touched_us) - 1) + [amount]

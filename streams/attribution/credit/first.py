"""First touch: the touch that opened the journey earns everything."""

from collections.abc import Sequence

from models.rules import Rules


def shares(touched_us: Sequence[int], amount: int, _rules: Rules) -> list[int]:
    """All of the credit to the first touch.

    Examples
    --------
    >>> shares([1, 2, 3], 1_000_000, Rules.load())
    [1000000, 0, 0]

    References
    ----------
    Single-touch attribution; the natural opposite of `last`.

    """
    return [amount] + [0] * (len(touched_us) - 1)

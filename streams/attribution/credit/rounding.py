"""Whole millionths from exact shares: floors, then the rest to the largest fractional parts."""

from collections.abc import Sequence


def apportion(amount: int, weights: Sequence[int]) -> list[int]:
    """Split `amount` in proportion to `weights` (largest remainder), ties to the earlier one.

    Exact: integers only, whatever their size. At least one weight is positive.

    Examples
    --------
    2/7, 2/7 and 3/7 of 10 are 2.857, 2.857 and 4.286; both millionths left go to the first two.

    >>> apportion(10, [2, 2, 3])
    [3, 3, 4]

    Of two equal remainders the earlier one gets the millionth.

    >>> apportion(1, [5, 5])
    [1, 0]

    """
    total = sum(weights)
    shares = []
    remainders = []
    for weight in weights:
        share, remainder = divmod(amount * weight, total)
        shares.append(share)
        remainders.append(remainder)
    left = amount - sum(shares)
    if left == 1:
        shares[remainders.index(max(remainders))] += 1
    elif left:
        by_remainder = sorted(range(len(shares)), key=remainders.__getitem__, reverse=True)
        for index in by_remainder[:left]:
            shares[index] += 1
    return shares


def equally(amount: int, count: int) -> list[int]:
    """The shares of `apportion` for equal weights.

    >>> equally(1_000_000, 3)
    [333334, 333333, 333333]
    """
    share, left = divmod(amount, count)
    return [share + 1] * left + [share] * (count - left)

"""Draws that repeat to the bit on every platform and Python version."""

from bisect import bisect_right
from collections.abc import Sequence
from hashlib import sha256
from random import Random
from typing import TypeVar

T = TypeVar("T")


class Dice:
    """An independent stream of draws for each (seed, path), so that one part never shifts another's.

    Only `getrandbits` of a Mersenne Twister seeded with an integer is used: Python keeps it stable.

    >>> Dice(1, "wayang").below(100) == Dice(1, "wayang").below(100)
    True
    """

    def __init__(self, seed: int, *path: str) -> None:
        name = "/".join((str(seed), *path)).encode()
        source = Random(int.from_bytes(sha256(name).digest(), "big"))  # noqa: S311 - repeatable on purpose
        self._bits = source.getrandbits

    def below(self, limit: int) -> int:
        return (self._bits(52) * limit) >> 52

    def between(self, low: int, high: int) -> int:
        """Both ends included."""
        return low + self.below(high - low + 1)

    def chance(self, per_mille: int) -> bool:
        return self.below(1000) < per_mille

    def pick(self, items: Sequence[T]) -> T:
        return items[self.below(len(items))]

    def another(self, items: Sequence[T], taken: T) -> T:
        """One of `items` that is not `taken`; there must be one."""
        item = self.pick(items)
        while item == taken:
            item = self.pick(items)
        return item

    def weighted(self, cumulative: Sequence[int]) -> int:
        """An index, by running totals of whole weights."""
        return bisect_right(cumulative, self.below(cumulative[-1]))

    def quantile(self, table: Sequence[int]) -> int:
        """A value between two neighbours of a table of equally likely steps."""
        step = self.below(len(table) - 1)
        return self.between(table[step], table[step + 1])

    def shuffled(self, items: Sequence[T]) -> list[T]:
        return self.sample(items, len(items))

    def sample(self, items: Sequence[T], count: int) -> list[T]:
        """`count` items from different positions, or all of them, in random order."""
        pool = list(items)
        count = min(count, len(pool))
        for index in range(count):
            other = index + self.below(len(pool) - index)
            pool[index], pool[other] = pool[other], pool[index]
        return pool[:count]

    def person(self) -> str:
        """Looks like a keyed hash of a national id."""
        return f"{self._bits(256):064x}"

    def uuid(self) -> str:
        digits = f"{self._bits(128):032x}"
        variant = "89ab"[self.below(4)]
        return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-{variant}{digits[17:20]}-{digits[20:]}"


def running(weights: Sequence[int]) -> list[int]:
    """Running totals, for `Dice.weighted`."""
    totals = []
    total = 0
    for weight in weights:
        total += weight
        totals.append(total)
    return totals


def apportion(total: int, weights: Sequence[int], least: int = 0) -> list[int]:
    """`total` in whole parts by weight, each at least `least`; the largest remainders get what is left.

    >>> apportion(10, [1, 1, 1])
    [4, 3, 3]
    """
    free = total - least * len(weights)
    if free < 0:
        return apportion(total, weights)
    mass = sum(weights)
    parts = [least + free * weight // mass for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda i: (-(free * weights[i] % mass), i))
    for index in by_remainder[: total - sum(parts)]:
        parts[index] += 1
    return parts

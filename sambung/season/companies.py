"""The companies of a season: a few large, most tiny, more in Sleman and the city."""

from math import isqrt

from sambung.season.dice import Dice, apportion
from sambung.season.geography import some_workplace
from sambung.season.plan import Plan
from sambung.season.world import Company, Fate

MICRO, SMALL, MEDIUM = 5, 20, 100
"""Most workers of a micro, small and medium company; above it is large."""


def new_companies(plan: Plan, seed: int) -> list[Company]:
    """All companies that the season names, in random order."""
    dice = Dice(seed, "companies")
    formal = plan.workers - plan.informal - plan.late_hires
    fates: list[tuple[Fate, int]] = [
        *(("joins", workers) for workers in uneven(formal, plan.companies, dice)),
        *(("member already", workers) for workers in uneven(plan.late_hires, plan.hiring_members, dice)),
        *(("member already", 0) for _ in range(plan.old_members)),
        *(("holds out", 0) for _ in range(plan.hold_outs)),
    ]
    numbers = dice.sample(range(10_000, 60_000), len(fates))
    return [
        Company(f"JJ{number:06d}", some_workplace(dice), workers, fate)
        for number, (fate, workers) in zip(numbers, dice.shuffled(fates), strict=True)
    ]


def uneven(total: int, count: int, dice: Dice) -> list[int]:
    """Sizes that fall with rank to the power of 3/2, each at least 1: half are tiny, a few huge."""
    head = 1 + count // 60
    weights = [10**9 * dice.between(80, 125) // isqrt((rank + head) ** 3 * 10_000) for rank in range(count)]
    return apportion(total, weights, least=1)


def size_class(workers: int) -> int:
    """0 micro, 1 small, 2 medium, 3 large."""
    return (workers > MICRO) + (workers > SMALL) + (workers > MEDIUM)

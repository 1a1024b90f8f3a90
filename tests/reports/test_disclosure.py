"""No arithmetic on the published cross-tables gives a number that they do not tell."""

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.crosstables import CROSS_TABLES, Counted, exact, rows_of
from reports.disclosure import worked_out
from tests.reports.solver import ALL, Solver, Tables, pinned
from tests.thorough import tries

STEP = 10
MODELS = ("first", "last")
PLACES = tuple(f"34.0{regency}.0{place}" for regency in (1, 2, 3) for place in (1, 2, 3, 4))
MONTHS = ("2017-07", "2017-08", "2017-09")
CAMPAIGNS = ("walk", "wayang", "inspections", "organic")


def counted(members: dict[tuple[str, str, str], int], seed: int = 0) -> Counted:
    """With the members' credit, shared at random."""
    dice = Random(seed)
    credit: dict[tuple[str, str, str], int] = {}
    for (_, _, kind), number in sorted(members.items()):
        for model in MODELS:
            for _ in range(number):
                share = dice.choice((1_000_000, 300_000, 333_334))
                for campaign, part in ((dice.choice(CAMPAIGNS[:3]), share), ("organic", 1_000_000 - share)):
                    if part:
                        cell = (campaign, kind, model)
                        credit[cell] = credit.get(cell, 0) + part
    return Counted({cell: number for cell, number in members.items() if number}, credit)


def many(seed: int) -> Counted:
    """Thousands of workers, few companies, some places with hardly anybody."""
    dice = Random(seed)
    members = {}
    for place in PLACES:
        usual = dice.choice((0.5, 3, 30, 200))
        for month in MONTHS:
            members[place, month, "worker"] = round(dice.expovariate(1 / usual))
            members[place, month, "company"] = round(dice.expovariate(30 / usual))
    return counted(members, seed)


def published(found: Counted, step: int = STEP) -> Tables:
    numbers = exact(found)
    return {name: rows_of(name, numbers, step) for name in CROSS_TABLES}


def sums(found: Counted) -> dict[tuple[str, ...], float]:
    """The margins as they are: rows for all of something, regencies and the province."""
    return {
        key: number / CROSS_TABLES[key[0]].unit
        for key, number in exact(found).items()
        if ALL in key or (key[0] == "members_by_place" and len(key[1]) < len("34.01.01"))
    }


@pytest.mark.parametrize("seed", range(1, 7))
def test_linear_programming_pins_nothing(seed: int) -> None:
    found = many(seed)
    bounds = Solver(published(found), STEP).bounds()
    assert len(bounds) > 10
    assert worked_out(found, STEP) is None
    assert pinned(bounds) == []


@pytest.mark.parametrize("seed", range(1, 7))
def test_what_is_hidden_lies_between_the_bounds(seed: int) -> None:
    """Else the solver proves nothing."""
    found = many(seed)
    numbers = exact(found)
    for key, (least, most) in Solver(published(found), STEP).bounds().items():
        assert least - 1e-6 <= numbers[key] / CROSS_TABLES[key[0]].unit <= most + 1e-6


@pytest.mark.parametrize("seed", range(1, 7))
def test_with_the_margins_left_unrounded_it_pins_some(seed: int) -> None:
    found = many(seed)
    assert pinned(Solver(published(found), STEP, sums(found)).bounds())


@pytest.mark.parametrize(
    "numbers", [(1,) * 9, (9,) * 5, (1,) * 14], ids=["nine of one", "five of nine", "fourteen of one"]
)
def test_cells_that_fill_a_sum_to_its_edge_are_noticed(numbers: tuple[int, ...]) -> None:
    """Of nine cells that are not zero, a sum below ten says that each is one."""
    found = counted(
        {(f"34.01.{place:02}", "2017-09", "worker"): number for place, number in enumerate(numbers)}
    )
    assert pinned(Solver(published(found), STEP).bounds())
    assert worked_out(found, STEP) is not None


SMALL = st.dictionaries(
    st.tuples(
        st.sampled_from(PLACES[:6]), st.sampled_from(MONTHS[:2]), st.sampled_from(("worker", "company"))
    ),
    st.integers(1, 16),
    min_size=1,
)


@given(SMALL, st.integers(0, 99), st.sampled_from((3, 5, 10)))
@settings(max_examples=tries(100))
def test_what_passes_for_safe_is_never_pinned(
    members: dict[tuple[str, str, str], int], seed: int, step: int
) -> None:
    found = counted(members, seed)
    if worked_out(found, step) is None:
        assert pinned(Solver(published(found, step), step).bounds()) == []

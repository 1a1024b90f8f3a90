"""Each rule that keeps the stages exact, disabled: the simulation sees it, and sees nothing with the rule."""

import pytest

from tests.simulation import broken_checkpoints, broken_cuts, broken_folds, broken_sending
from tests.simulation.broken import BROKEN, Broken
from tests.simulation.cases import case

SEEDS = 300
"""How many seasons a broken rule may take to show; most show within ten."""
KNOWN = {
    "memory_is_kept_when_the_store_went_ahead": 11,
    "what_others_wrote_between_is_overlooked": 24,
    "what_was_revised_meanwhile_is_not_waited_for": 66,
    "commits_are_read_after_the_ends": 70,
}
"""Of those that take more than a second: a season in which it showed, tried first."""


def test_every_module_of_broken_rules_is_loaded() -> None:
    modules = {broken.patch.__module__ for broken in BROKEN}
    loaded = (broken_checkpoints, broken_cuts, broken_folds, broken_sending)
    assert modules == {module.__name__ for module in loaded}


@pytest.mark.parametrize("broken", BROKEN, ids=lambda broken: f"rule {broken.rule}: {broken.name}")
def test_a_broken_rule_is_seen(broken: Broken) -> None:
    first = KNOWN.get(broken.name, 0)
    seed = next((seed for seed in (*range(first, SEEDS), *range(first)) if broken.seen(seed)), None)
    assert seed is not None, f"{SEEDS} seasons ended in the right rows without rule {broken.rule}"
    assert broken.wrong(case(broken.season, seed)) == []

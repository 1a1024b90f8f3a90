"""Each rule that keeps the stages exact, disabled: the simulation sees it, and sees nothing with the rule."""

import pytest

from tests.simulation import broken_checkpoints, broken_cuts, broken_folds, broken_sending
from tests.simulation.broken import BROKEN, Broken
from tests.simulation.cases import case

SEEDS = 300
"""How many seasons a broken rule may take to show; most show within ten."""


def test_every_module_of_broken_rules_is_loaded() -> None:
    modules = {broken.patch.__module__ for broken in BROKEN}
    loaded = (broken_checkpoints, broken_cuts, broken_folds, broken_sending)
    assert modules == {module.__name__ for module in loaded}


@pytest.mark.parametrize("broken", BROKEN, ids=lambda broken: f"rule {broken.rule}: {broken.name}")
def test_a_broken_rule_is_seen(broken: Broken) -> None:
    seed = next((seed for seed in range(SEEDS) if broken.seen(seed)), None)
    assert seed is not None, f"{SEEDS} seasons ended in the right rows without rule {broken.rule}"
    assert broken.wrong(case(broken.season, seed)) == []

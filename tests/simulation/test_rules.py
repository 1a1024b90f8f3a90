"""Each rule that keeps the stages exact, disabled: the simulation sees it, and sees nothing with the rule."""

import pytest

from tests.simulation import broken_checkpoints, broken_cuts, broken_folds, broken_sending
from tests.simulation.broken import BROKEN, Broken
from tests.simulation.cases import case

SEEDS = 300
"""How many seasons a broken rule may take to show; most show within ten."""
SHOWS_IN = {
    "shadowed_rows_are_not_written_again": 65,
    "marks_of_shadowed_rows_are_lost_in_a_crash": 65,
    "an_answer_is_sent_only_when_its_touches_changed": 50,
    "what_was_revised_meanwhile_is_not_waited_for": 16,
    "compaction_waits_for_nobody": 6,
}
"""Seeds to try first, of rules whose search takes longest."""


def test_every_module_of_broken_rules_is_loaded() -> None:
    modules = {broken.patch.__module__ for broken in BROKEN}
    loaded = (broken_checkpoints, broken_cuts, broken_folds, broken_sending)
    assert modules == {module.__name__ for module in loaded}


@pytest.mark.parametrize("broken", BROKEN, ids=lambda broken: f"rule {broken.rule}: {broken.name}")
def test_a_broken_rule_is_seen(broken: Broken) -> None:
    first = SHOWS_IN.get(broken.name, 0)
    seed = next((seed for seed in (*range(first, SEEDS), *range(first)) if broken.seen(seed)), None)
    assert seed is not None, f"{SEEDS} seasons ended in the right rows without rule {broken.rule}"
    assert broken.wrong(case(broken.season, seed)) == []

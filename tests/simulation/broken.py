"""The rules of docs/architecture/exactness.md, each disabled: the simulation has to catch it.

A `Broken` patches the parts of the stages that keep one rule, so that they keep it no longer.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from pytest import MonkeyPatch  # noqa: PT013 - a type, used by name in every function here

from streams.engine.failures import FoldError
from tests.simulation.cases import Case, case
from tests.simulation.run import StuckError

AT_THE_CUT = "at the cut"
"""Instead of a stage: all six run, and a cut is followed through them."""

Patch = Callable[[MonkeyPatch], None]


class Broken(NamedTuple):
    """One way to break a rule, and where it shows."""

    rule: int
    """Its number in docs/architecture/exactness.md."""
    name: str
    patch: Patch
    mix: str
    """The faults (`tests.simulation.cases`)."""
    season: str
    stage: str | None
    """A stage that shows it alone, or AT_THE_CUT; none: all six run and wrong rows are looked for."""

    def seen(self, seed: int) -> list[str]:
        """What is wrong without the rule."""
        broken = case(self.season, seed)
        if self.stage not in (None, AT_THE_CUT):
            broken.reference(self.stage)
        with MonkeyPatch.context() as patch:
            self.patch(patch)
            try:
                return self.wrong(broken)
            except (FoldError, StuckError) as error:
                return [repr(error)]

    def wrong(self, played: Case) -> list[str]:
        """What is wrong with the rule, or without it, whichever holds now."""
        match self.stage:
            case None:
                return played.wrong_rows(self.mix)
            case stage if stage == AT_THE_CUT:
                return played.wrong_at_the_cut(self.mix)
            case stage:
                return played.wrong_records(stage, self.mix)


BROKEN: list[Broken] = []


def breaks(
    rule: int, mix: str = "zombies", season: str = "restless", stage: str | None = None
) -> Callable[[Patch], Patch]:
    """Register a patch under its function's name."""

    def register(patch: Patch) -> Patch:
        BROKEN.append(Broken(rule, patch.__name__, patch, mix, season, stage))
        return patch

    return register


def wrapped(patch: MonkeyPatch, owner: Any, name: str, around: Callable[..., Any]) -> None:
    """Replace a method by `around(original, *arguments)`."""
    original = getattr(owner, name)

    def method(*arguments: Any, **named: Any) -> Any:
        return around(original, *arguments, **named)

    patch.setattr(owner, name, method)

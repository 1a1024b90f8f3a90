"""Seasons with what must come of them, and the ways in which a run of them may be disturbed."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache

from tests.oracle.oracle import expected
from tests.simulation.kafka import Broker
from tests.simulation.outcome import faults_of
from tests.simulation.rebuild import Rebuild, later
from tests.simulation.run import Faults, Simulation
from tests.simulation.seasons import Records, crowded_season, moving_season, restless_season
from tests.simulation.slots import READERS, differences
from tests.simulation.stages import CONTEXT, SPECS, alone, pipeline
from tests.strategies import awkward_records

STEADY = Faults()
ZOMBIES = Faults(
    crashes=0.02,
    rebalances=0.02,
    skips=0.005,
    repeats=0.02,
    zombies=0.05,
    lost_disks=0.3,
    most_polled=6,
    late_commits=True,
)
MIXES = {
    "steady": STEADY,
    "small polls": Faults(most_polled=3),
    "crashes": Faults(
        crashes=0.03,
        rebalances=0.02,
        skips=0.01,
        repeats=0.02,
        lost_disks=0.3,
        most_polled=5,
        late_commits=True,
    ),
    "torn": Faults(crashes=0.1, lost_disks=0.5, most_polled=20, late_commits=True),
    "zombies": ZOMBIES,
    "compaction": replace(ZOMBIES, zombies=0.08, crashes=0.04, lost_disks=0.5, compactions=0.015),
}
"""Later ones are rougher; in all but the first a tenth of the records are in wrong partitions."""

SEASONS: dict[str, Callable[[int, int], Records]] = {
    "awkward": awkward_records,
    "restless": restless_season,
    "moving": moving_season,
}
AT_A_CUT = SEASONS | {"crowded": crowded_season}
"""Those during which a cut is taken."""
SIZE = 30


class Case:
    """One season with what must come of it."""

    def __init__(self, kind: str, seed: int) -> None:
        self.seed = seed
        self.records = AT_A_CUT[kind](seed, SIZE)
        self.expected = expected(self.records, CONTEXT.places)
        self._recorded: Broker | None = None
        self._references: dict[str, Broker] = {}

    def run(self, mix: str) -> Simulation:
        return pipeline(self.records, self.seed, MIXES[mix]).run()

    def wrong_rows(self, mix: str) -> list[str]:
        """What is wrong after a run of all six stages."""
        return faults_of(self.run(mix).broker, self.expected)

    def wrong_at_the_cut(self, mix: str) -> list[str]:
        """What is wrong when a cut, taken while apps go on publishing, is through; and when all is over."""
        everything = [*self.records, *later(self.expected, self.seed)]
        simulation = pipeline(everything, self.seed, MIXES[mix])
        wrong = Rebuild(simulation, len(self.records)).wrong(self.expected)
        return wrong + faults_of(simulation.run().broker, expected(everything, CONTEXT.places))

    def recorded(self) -> Broker:
        """What an undisturbed run leaves."""
        if self._recorded is None:
            self._recorded = self.run("steady").broker
        return self._recorded

    def reference(self, stage: str) -> Broker:
        """What one stage says of that, alone and undisturbed."""
        if stage not in self._references:
            run = alone(SPECS[stage], self.recorded(), self.seed, MIXES["steady"]).run()
            self._references[stage] = run.broker
        return self._references[stage]

    def wrong_records(self, stage: str, mix: str) -> list[str]:
        """What it says otherwise when it is disturbed."""
        run = alone(SPECS[stage], self.recorded(), self.seed, MIXES[mix]).run()
        return [one for topic in READERS for one in differences(run.broker, self.reference(stage), topic)]


case = cache(Case)

"""Runs stages on the simulated broker: any cut into polls, torn checkpoints, late zombies."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from random import Random
from typing import NamedTuple, Self

from streams.engine.ports import StageSpec
from tests.simulation.kafka import PARTITIONS, Broker, Headers
from tests.simulation.ports import Disk
from tests.simulation.process import Process

MOST_TURNS = 30_000
SLOW = 0.25
"""Part of its turns that a slow stage takes."""


class StuckError(Exception):
    """The stream does not come to rest."""


@dataclass(frozen=True)
class Faults:
    """How rough a run is; chances are for each turn of a process."""

    crashes: float = 0.0
    """That it dies, in the middle of whatever it was sending."""
    rebalances: float = 0.0
    """That it loses its partitions and gets them back at once."""
    zombies: float = 0.0
    """That it loses them and does not notice for a while."""
    skips: float = 0.0
    """That its consumer loses a record."""
    repeats: float = 0.0
    """That it gets records again."""
    lost_disks: float = 0.0
    """That what takes over after a crash finds no disk."""
    compactions: float = 0.0
    """That a changelog is compacted as far as `min.compaction.lag.ms` allows."""
    most_polled: int = 1_000_000
    late_commits: bool = False
    """Whether acks are committed later, or never when a crash comes first."""


class Input(NamedTuple):
    """A record of an input topic, before it is published."""

    topic: str
    partition: int
    key: bytes
    value: bytes
    headers: Headers = ()


class Simulation:
    """Some stages over their input, with one random seed.

    Parameters
    ----------
    specs: the stages.
    inputs: what is published, in this order, while the stages run.
    seed: of everything that chance decides.
    faults: what goes wrong.
    """

    def __init__(
        self, specs: Sequence[StageSpec], inputs: Iterable[Input], seed: int, faults: Faults
    ) -> None:
        self.broker = Broker()
        self.random = Random(seed)
        self.faults = faults
        self.busy = 0.05
        """Chance that more is published after a turn."""
        self.slow: str | None = None
        """A stage that lets most of its turns go by."""
        self._unpublished = list(inputs)[::-1]
        self._owners = [self._started(spec, {}) for spec in specs]
        self._zombies: list[Process] = []
        self._idle: list[Process] = []

    def run(self) -> Self:
        """Go on until everything is published, folded and committed, and no zombie is left."""
        for _ in range(MOST_TURNS):
            if not self.step():
                return self
        raise StuckError

    def step(self) -> bool:
        """The next thing happens; False when there is nothing left to do."""
        if self.work():
            return True
        if self._unpublished:
            self.publish()
            return True
        return False

    def work(self) -> bool:
        """A process has its turn; False when none has anything to do."""
        owner = self._next_owner()
        if owner is not None:
            if owner.spec.name != self.slow or self.random.random() < SLOW:
                self._turn(owner)
        elif self._zombies:
            self._haunt()
        else:
            return False
        return True

    @property
    def unpublished(self) -> int:
        return len(self._unpublished)

    def publish_again(self, inputs: Iterable[Input]) -> Self:
        self._unpublished = list(inputs)[::-1]
        return self.run()

    def publish(self, most: int = 12) -> None:
        for _ in range(min(self.random.randint(1, most), len(self._unpublished))):
            self.broker.append(*self._unpublished.pop())

    def _started(self, spec: StageSpec, disk: Disk) -> Process:
        process = Process(spec, self.broker, self.random, most_polled=self.faults.most_polled, disk=disk)
        process.assign()
        return process

    def _next_owner(self) -> Process | None:
        behind = [owner for owner in self._owners if owner.behind]
        return self.random.choice(behind) if behind else None

    def _turn(self, owner: Process) -> None:
        chance = self.random.random
        if not owner.turn() or chance() < self.faults.crashes:
            self._bury(owner)
            return
        if not self.faults.late_commits or chance() < 0.3:
            owner.commit()
        self._disturb(owner)
        if self._zombies and chance() < 0.3:
            self._haunt()
        if self._idle and chance() < 0.1:
            self._finish_something()
        if self._unpublished and chance() < self.busy:
            self.publish()

    def _disturb(self, owner: Process) -> None:
        faults, chance = self.faults, self.random.random
        if chance() < faults.rebalances:
            owner.assign()
        if chance() < faults.skips:
            owner.skip()
        if chance() < faults.repeats:
            owner.repeat()
        if chance() < faults.compactions:
            self._compact(owner.spec.changelog)
        if chance() < faults.zombies:
            self._depose(owner)

    def _bury(self, owner: Process) -> None:
        disk = {} if self.random.random() < self.faults.lost_disks else owner.disk
        self._owners[self._owners.index(owner)] = self._started(owner.spec, disk)

    def _depose(self, owner: Process) -> None:
        """Another process takes over: one that was deposed before, with its old disk, or a new one."""
        owner.owner = False
        owner.turns_left = self.random.randint(1, 60)
        self._zombies.append(owner)
        waiting = [one for one in self._idle if one.spec is owner.spec]
        if waiting and self.random.random() < 0.7:
            heir = self.random.choice(waiting)
            self._idle.remove(heir)
            heir.assign()
        else:
            heir = self._started(owner.spec, {})
        self._owners[self._owners.index(owner)] = heir

    def _haunt(self) -> None:
        """One who lost its partitions goes on, until it notices and waits for its next turn as an owner."""
        zombie = self.random.choice(self._zombies)
        zombie.turns_left -= 1
        if not zombie.turn():
            self._zombies.remove(zombie)
        elif zombie.turns_left <= 0:
            self._notices(zombie)

    def _finish_something(self) -> None:
        """One who noticed is still in the middle of a send."""
        idle = self.random.choice(self._idle)
        if not idle.turn():
            self._idle.remove(idle)

    def _notices(self, zombie: Process) -> None:
        self._zombies.remove(zombie)
        zombie.lose()
        self._idle.append(zombie)

    def _compact(self, changelog: str) -> None:
        """A day goes by: long enough for every zombie to notice, and for the owner to have written again."""
        for zombie in list(self._zombies):
            self._notices(zombie)
        for number in range(PARTITIONS):
            self.broker.compact(changelog, number, self.broker.settled[changelog, number])

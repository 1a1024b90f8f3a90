"""Runs the six stages on the simulated broker: any cut into polls, torn checkpoints, late zombies."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from random import Random

import msgspec

from models.places import Places
from models.rules import Rules
from streams.agents import AGENTS, World
from streams.engine.checkpoint import StageSpec
from streams.engine.sending import partition_of
from streams.topics import Topics
from tests.simulation.kafka import PARTITIONS, Broker
from tests.simulation.process import Parts, Process

WORLD = World(Topics("sim", PARTITIONS), Places.load(None), Rules.load(None), generation=1)
SPECS = tuple(agent(WORLD) for agent in AGENTS)


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
    lost_disks: float = 0.0
    """That what takes over after a crash finds no disk."""
    compactions: float = 0.0
    """That a changelog is compacted as far as `min.compaction.lag.ms` allows."""
    misplaced: float = 0.0
    """That a record is published under a wrong key (for each record)."""
    most_polled: int = 1_000_000
    late_commits: bool = False
    """Whether acks are committed later, or never when a crash comes first."""


class Simulation:
    """A stream over one set of records, with one random seed.

    Parameters
    ----------
    records: topic and value, in the order in which they are published.
    seed: of everything that chance decides.
    faults: what goes wrong.
    specs, parts: the stages and what their processes are built from.
    """

    def __init__(
        self,
        records: Sequence[tuple[str, bytes]],
        seed: int,
        faults: Faults,
        specs: Iterable[StageSpec] = SPECS,
        parts: Parts = Parts(),  # noqa: B008 - frozen
    ) -> None:
        self.broker = Broker()
        self.random = Random(seed)
        self.faults = faults
        self._parts = parts
        self._unpublished = list(reversed(records))
        self._owners = [self._started(spec, {}) for spec in specs]
        self._zombies: list[Process] = []
        self._idle: list[Process] = []

    def run(self) -> "Simulation":
        """Go on until everything is published, folded and committed, and no zombie is left."""
        while True:
            owner = self._next_owner()
            if owner is not None:
                self._turn(owner)
            elif self._zombies:
                self._haunt()
            elif self._unpublished:
                self._publish()
            else:
                return self

    def publish_again(self, records: Sequence[tuple[str, bytes]]) -> "Simulation":
        self._unpublished = list(reversed(records))
        return self.run()

    def _publish(self) -> None:
        for _ in range(min(self.random.randint(1, 12), len(self._unpublished))):
            topic, value = self._unpublished.pop()
            key = event_key(value)
            if self.random.random() < self.faults.misplaced:
                key = self.random.choice((b"", b"a wrong key", key + b"x"))
            self.broker.append(topic, partition_of(key, PARTITIONS), key, value)

    def _started(self, spec: StageSpec, disk: dict[int, object]) -> Process:
        process = Process(spec, self.broker, self.random, self.faults.most_polled, disk, self._parts)
        process.assign()
        return process

    def _next_owner(self) -> Process | None:
        behind = [owner for owner in self._owners if owner.behind]
        return self.random.choice(behind) if behind else None

    def _turn(self, owner: Process) -> None:
        faults, chance = self.faults, self.random.random
        if not owner.turn() or chance() < faults.crashes:
            self._bury(owner)
            return
        if not faults.late_commits or chance() < 0.3:
            owner.commit()
        if chance() < faults.rebalances:
            owner.assign()
        if chance() < faults.skips:
            owner.skip()
        if chance() < faults.compactions:
            self._compact(owner.spec.changelog)
        if chance() < faults.zombies:
            self._depose(owner)
        if self._zombies and chance() < 0.3:
            self._haunt()
        if self._idle and chance() < 0.1:
            self.random.choice(self._idle).turn()
        if self._unpublished and chance() < 0.05:
            self._publish()

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


class Head(msgspec.Struct):
    event_id: str


def event_key(value: bytes) -> bytes:
    """The key that a careful client gives an event."""
    try:
        return msgspec.json.decode(value, type=Head).event_id.encode()
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return b""

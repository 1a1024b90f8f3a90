"""Runs the six stages on the simulated broker: any cut into polls, torn checkpoints, late zombies."""

import json
from collections.abc import Coroutine, Iterable
from dataclasses import dataclass, field
from random import Random
from typing import Any

from models.places import Places
from models.rules import Rules
from streams.agents import AGENTS, World
from streams.engine.checkpoint import FoldError, Stage, StageSpec
from streams.engine.sending import partition_of
from streams.topics import CREDIT, LIVE_COUNT, Topics
from tests.simulation.kafka import PARTITIONS, Broker, Crash, SimPorts

WORLD = World(Topics("sim", PARTITIONS), Places.load(None), Rules.load(None), generation=1)


def drive(coroutine: Coroutine[Any, Any, Any]) -> None:
    """Run a coroutine that waits for nothing but its turn."""
    try:
        while True:
            coroutine.send(None)
    except StopIteration:
        return


@dataclass
class Faults:
    """How rough the run is."""

    crash_chance: float = 0.0
    """That a send is cut short and the process dies there."""
    zombies: bool = False
    """Whether an owner that lost its partitions goes on for a while."""
    lost_disks: bool = False
    """Whether a new owner may find no local state."""
    most_polled: int = 1_000_000


@dataclass
class Owner:
    """One process that runs one stage over all partitions."""

    spec: StageSpec
    ports: SimPorts
    stage: Stage
    positions: dict[int, int]
    zombie: bool = False
    acked: dict[int, int] = field(default_factory=dict)


class Simulation:
    """A stream over one set of lines, with one random seed."""

    def __init__(self, lines: Iterable[bytes], seed: int, faults: Faults, world: World = WORLD) -> None:
        self.random = Random(seed)
        self.faults = faults
        self.broker = Broker()
        self.specs = [agent(world) for agent in AGENTS]
        self.owners = [self._owner(spec, {}) for spec in self.specs]
        self.zombies: list[Owner] = []
        for line in lines:
            self._publish(line)

    def _publish(self, line: bytes) -> None:
        event = json.loads(line)
        key = event["event_id"].encode()
        self.broker.append(event["type"], partition_of(key, PARTITIONS), key, line)

    def _owner(self, spec: StageSpec, stores: dict[int, Any]) -> Owner:
        ports = SimPorts(self.broker, spec.changelog, self.random, self.faults.crash_chance)
        ports.stores = stores
        positions = {number: self.broker.commits[spec.topic, number] for number in range(PARTITIONS)}
        return Owner(spec, ports, Stage(spec, ports), positions)

    def run(self) -> "Simulation":
        """Go on until everything is folded and committed."""
        while True:
            busy = [owner for owner in self.owners if self._backlog(owner)]
            if not busy:
                return self
            owner = self.random.choice(busy)
            self._turn(owner)
            if self.faults.zombies and owner in self.owners and self.random.random() < 0.1:  # noqa: PLR2004 - now and then
                self.depose(owner)
            if self.zombies and self.random.random() < 0.3:  # noqa: PLR2004 - often enough to matter
                self._turn(self.random.choice(self.zombies))

    def _backlog(self, owner: Owner) -> bool:
        topic = owner.spec.topic
        return any(
            self.broker.commits[topic, number] < len(self.broker.logs[topic, number])
            for number in range(PARTITIONS)
        )

    def _turn(self, owner: Owner) -> None:
        try:
            for _ in range(self.random.randint(1, 3)):
                self._feed(owner)
            if self.random.random() < 0.7 or not self._unread(owner):  # noqa: PLR2004 - some span several turns
                drive(owner.stage.checkpoint())
        except Crash:
            self._bury(owner)
        except FoldError:
            if not owner.zombie:
                raise
            self.zombies.remove(owner)  # it saw that its place in the log is no longer its own

    def _unread(self, owner: Owner) -> bool:
        topic = owner.spec.topic
        return any(position < len(self.broker.logs[topic, number]) for number, position in owner.positions.items())

    def _feed(self, owner: Owner) -> None:
        number = self.random.randrange(PARTITIONS)
        most = self.random.randint(1, self.faults.most_polled)
        poll = self.broker.poll(owner.spec.topic, number, owner.positions[number], most)
        if poll is not None:
            owner.positions[number] = poll.end
            drive(owner.stage.feed(number, poll, lambda: self._ack(owner, number, poll.end)))

    def _ack(self, owner: Owner, number: int, end: int) -> None:
        if not owner.zombie:
            self.broker.commits[owner.spec.topic, number] = end

    def _bury(self, owner: Owner) -> None:
        """A new owner takes over from what was committed; the old one may live on as a zombie."""
        if owner.zombie:
            self.zombies.remove(owner)
            return
        stores = {} if self.faults.lost_disks and self.random.random() < 0.5 else owner.ports.stores  # noqa: PLR2004
        self.owners[self.owners.index(owner)] = self._owner(owner.spec, dict(stores))

    def depose(self, owner: Owner) -> None:
        """The owner loses its partitions without noticing: a new one starts from the changelog."""
        owner.zombie = True
        self.zombies.append(owner)
        self.owners[self.owners.index(owner)] = self._owner(owner.spec, {})

    def newest(self, topic: str) -> dict[str, dict[str, Any]]:
        """Record of the highest version by key, as a sink would keep it."""
        best: dict[str, dict[str, Any]] = {}
        for number in range(PARTITIONS):
            for record in self.broker.logs[topic, number]:
                value = json.loads(record.value)
                key = record.key.decode()
                if key not in best or best[key]["version"] < value["version"]:
                    best[key] = value
        return best

    def outcome(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """Statements by member and rows by campaign, without what may differ from run to run."""
        statements = {
            key: {name: value for name, value in one.items() if name not in ("version", "decided_at")}
            for key, one in self.newest(CREDIT).items()
        }
        counts = {key: one["rows"] for key, one in self.newest(LIVE_COUNT).items()}
        return (
            {key: one for key, one in statements.items() if one["status"] != "gone"},
            {key: rows for key, rows in counts.items() if rows},
        )



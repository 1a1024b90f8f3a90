"""One worker process of one stage, as a coroutine that is run a turn at a time."""

from collections.abc import Coroutine
from random import Random

from streams.engine.checkpoint import SLICE_S, Stage
from streams.engine.failures import FoldError
from streams.engine.ports import StageSpec
from tests.simulation.kafka import PARTITIONS, Broker
from tests.simulation.ports import Disk, SimPorts, turn

ROOM = 2
"""Groups that stay in memory after a checkpoint: what is used again is read again, as in a large season."""


class Process:
    """Polls, folds and checkpoints for as long as it is given turns.

    Parameters
    ----------
    spec: the stage.
    broker, random: of the simulation.
    most_polled: records that one poll may bring.
    disk: what an earlier process left, or nothing.
    """

    def __init__(
        self, spec: StageSpec, broker: Broker, random: Random, *, most_polled: int, disk: Disk
    ) -> None:
        self.spec = spec
        self.disk = disk
        self.owner = False
        self.turns_left = 0
        """As a zombie: turns until it notices that it lost its partitions."""
        self._inputs = [(spec.topic, number) for number in range(PARTITIONS)]
        self._broker = broker
        self._random = random
        self._most_polled = most_polled
        self._ports = SimPorts(broker, spec.changelog, random, disk)
        self.stage = Stage(spec, self._ports, self._clock, cached_groups=ROOM)
        self._positions: dict[int, int] = {}
        self._acked: dict[int, int] = {}
        self._life: Coroutine[None, None, None] | None = None

    def assign(self) -> None:
        """The group gives it every partition: its store is brought up to date, then records flow."""
        self.stage.drop()
        self._ports.assign(self.spec.topic)
        self.owner = True
        self._acked = {}
        self._positions = {number: self._committed(number) for number in range(PARTITIONS)}

    def lose(self) -> None:
        """The group revokes its partitions, and it notices."""
        self.owner = False
        self.stage.drop()
        self._positions = {}

    def skip(self) -> None:
        """Its consumer loses a record on the way."""
        number = self._random.randrange(PARTITIONS)
        self._positions[number] = min(self._positions[number] + 1, self._end(number))

    def repeat(self) -> None:
        """Its consumer gets a few records again."""
        number = self._random.randrange(PARTITIONS)
        back = self._random.randint(0, 3)
        self._positions[number] = max(self._positions[number] - back, 0)

    def commit(self) -> None:
        """Commit what was acked; the group ignores a process that lost its partitions."""
        if self.owner:
            for number, end in self._acked.items():
                self._broker.commits[self.spec.topic, number] = end

    def turn(self) -> bool:
        """Go on to the next point where others may come between; False when the process ended itself."""
        if self._life is None:
            self._life = self._live()
        try:
            self._life.send(None)
        except FoldError as error:
            if error.__cause__ is not None:
                raise  # not a gap that it noticed, but a fold that failed
            return False
        return True

    def _clock(self) -> float:
        """Any time at all: now and then a fold is due for a yield."""
        return self._random.random() * 1.1 * SLICE_S

    @property
    def behind(self) -> bool:
        """Whether there is input that is not committed."""
        commits, logs = self._broker.commits, self._broker.logs
        return any(commits[log] < len(logs[log]) for log in self._inputs)

    async def _live(self) -> None:
        while True:
            await self._feed()
            if self._random.random() < 0.5:
                await self.stage.flush()
            if not self._unread or self._random.random() < 0.5:
                await self.stage.checkpoint()
            await turn()

    async def _feed(self) -> None:
        unread = self._unread
        if not unread:
            return
        number = self._random.choice(unread)
        most = self._random.randint(1, self._most_polled)
        poll = self._broker.poll(self.spec.topic, number, self._positions[number], most)
        assert poll is not None
        self._positions[number] = poll.end
        await self.stage.feed(number, poll, lambda: self._ack(number, poll.end))

    def _ack(self, number: int, end: int) -> None:
        if self.owner:
            self._acked[number] = end
            changelog = self.spec.changelog, number
            self._broker.settled[changelog] = self.disk[number].changelog_offset() + 1

    @property
    def _unread(self) -> list[int]:
        logs, topic = self._broker.logs, self.spec.topic
        return [number for number, at in self._positions.items() if at < len(logs[topic, number])]

    def _committed(self, number: int) -> int:
        return self._broker.commits[self.spec.topic, number]

    def _end(self, number: int) -> int:
        return len(self._broker.logs[self.spec.topic, number])

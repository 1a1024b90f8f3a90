"""Ends a process that has work and does none: its partitions go to others, and its starter starts it anew.

Progress is anything that moves: a record folded, an offset committed, a changelog record recovered. Work is
an input record that is not committed yet, a rebalance that is not over, or a broker that does not tell. What
lies behind an open transaction is no work yet: nobody may read it, and to start anew would not help.
"""

import asyncio
from collections.abc import Hashable, Mapping, Sequence
from itertools import islice
from time import monotonic
from typing import Any, Final, Protocol

import structlog
from aiokafka.structs import TopicPartition

from streams.engine.checkpoint import Stage
from streams.engine.kafka.transactions import OpenTransaction
from streams.engine.stall import Stall, StalledError

log = structlog.get_logger()

LOOK_S: Final = 2.0
"""Time between two looks."""
ANSWER_S: Final = 5.0
"""How long the broker may take to tell where the logs end."""


class Reader(Protocol):
    """Reads topics beside the stages: the way into a store."""

    @property
    def positions(self) -> Mapping[tuple[str, int], int]:
        """Next offset by (topic, partition), after what was taken in."""
        ...

    @property
    def busy(self) -> bool:
        """Whether it has records in hand; how long that may take is its own affair."""
        ...


class Watchdog:
    """Looks every two seconds; what it saw last is there for whoever asks how the process is.

    Parameters
    ----------
    app, stages: what is watched.
    patience_s: how long there may be work without progress.
    reader: is watched too, if there is one.
    """

    def __init__(
        self, app: Any, stages: Sequence[Stage], patience_s: float, reader: Reader | None = None
    ) -> None:
        self._app = app
        self._stages = stages
        self._patience_s = patience_s
        self._reader = reader
        self._stalls = {"stages": Stall(monotonic()), "store": Stall(monotonic())}
        self.lags: dict[TopicPartition, int] = {}
        """Records that can be read and are not done yet; empty while the broker does not tell."""
        self.held_back: list[OpenTransaction] = []
        """What can not be read yet, and who holds it back."""
        self.silence = "the broker was not asked yet"
        """Why the lags are not known; empty when they are."""
        self._told: set[tuple[str, int, int]] = set()
        """Topic, partition and offset of the open transactions that were logged."""
        self.stalled_s = 0.0
        """How long there has been work without progress."""

    async def watch(self) -> None:
        """Raise StalledError when there was work and no progress for too long; else never return."""
        while True:
            await self._look()
            await asyncio.sleep(LOOK_S)

    async def _look(self) -> None:
        read = dict(self._reader.positions) if self._reader else {}
        committed: dict[TopicPartition, int] = {}
        try:
            committed = self._committed()
            await self._look_at_logs(committed | {TopicPartition(*key): at for key, at in read.items()})
            self.silence = ""
        except Exception as error:  # noqa: BLE001 - whatever it is: the broker does not answer, or not yet
            self.lags, self.held_back = {}, []
            self.silence = f"the broker does not tell where the logs end ({error!r})"
        stages = _first({one: committed[one] for one in committed if self.lags.get(one)})
        if gone := self._gone():
            stages = f"the broker has no {', '.join(gone)} any more"
        elif self._app.rebalancing:
            stages = "a rebalance is not over"
        elif self.silence:
            stages = self.silence
        busy = self._reader is not None and self._reader.busy
        behind = _first({key: at for key, at in read.items() if self.lags.get(TopicPartition(*key))})
        self.stalled_s = max(
            self._seconds("stages", stages, self._progress()),
            self._seconds("store", "" if busy else behind, frozenset(read.items())),
        )

    def _gone(self) -> list[str]:
        """Topics of the stages that the broker does not know: without them nobody gets a partition."""
        topics = {stage.spec.topic for stage in self._stages}
        return sorted(topic for topic in topics if not self._app.consumer.topic_partitions(topic))

    def _seconds(self, who: str, work: str, progress: Hashable) -> float:
        seconds = self._stalls[who].seconds(monotonic(), work, progress)
        if seconds > self._patience_s:
            raise StalledError(f"Nothing has moved for {seconds:.0f} s, and there is work: {work}.")
        return seconds

    async def _look_at_logs(self, done: Mapping[TopicPartition, int]) -> None:
        async with asyncio.timeout(ANSWER_S):
            marks, held_back = await self._app.consumer.look_at_logs(done) if done else ({}, [])
        self.lags = {one: max(0, marks[one].stable - at) for one, at in done.items() if one in marks}
        self._tell_of(held_back)

    def _tell_of(self, held_back: list[OpenTransaction]) -> None:
        """Log each transaction that is still open at a second look, once, and that it has ended."""
        seen = {one[:3] for one in self.held_back}
        lasting = {one[:3]: one for one in held_back if one[:3] in seen}
        for place, one in lasting.items():
            if place not in self._told:
                log.warning("open_transaction", **one._asdict())
        for topic, partition, offset in self._told - lasting.keys():
            log.info("open_transaction_ended", topic=topic, partition=partition, offset=offset)
        self._told, self.held_back = set(lasting), held_back

    def _committed(self) -> dict[TopicPartition, int]:
        """Of the partitions that this process has; nothing while they are being shared out."""
        consumer = self._app.consumer
        if self._app.rebalancing:
            return {}
        commits = consumer._committed_offset  # noqa: SLF001 - what Faust committed last
        inputs = [one for one in consumer.assignment() if consumer.is_input(one)]
        return {TopicPartition(one.topic, one.partition): commits[one] or 0 for one in inputs}

    def _progress(self) -> Hashable:
        """Changes whenever something moves."""
        commits = frozenset(self._app.consumer._committed_offset.items())  # noqa: SLF001 - as above
        recovered = frozenset(self._app.tables.recovery.active_offsets.items())
        return commits, recovered, sum(stage.folded + stage.turns for stage in self._stages)


def _first(behind: Mapping[tuple[str, int], int]) -> str:
    return ", ".join(
        f"{topic}/{number} from offset {at}" for (topic, number), at in islice(behind.items(), 3)
    )

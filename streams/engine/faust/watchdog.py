"""Ends a process that has work and makes no progress: others get its partitions, and it is started again.

Each stage is watched, so that one that stands still is noticed among busy ones. Its progress is a record
folded or an offset committed; its work is an input record that is not committed yet. The worker's work is a
rebalance that is not over, or a broker that does not answer; its progress is that of any stage, or a record
recovered from a changelog. Records behind an open transaction are no work yet: nobody may read them, and
starting again would not help.
"""

import asyncio
import faulthandler
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

CHECK_S: Final = 2.0
"""Time between two checks."""
ANSWER_S: Final = 5.0
"""Timeout for the broker's answer where the logs end."""


class StoreDelivery(Protocol):
    """Reads the output topics, beside the stages, into the store."""

    @property
    def positions(self) -> Mapping[tuple[str, int], int]:
        """Next offset by (topic, partition), after the records applied."""
        ...

    @property
    def busy(self) -> bool:
        """True if it is applying records; it has its own timeouts for that."""
        ...


class Watchdog:
    """Checks every two seconds; its attributes hold the last result, for health checks and metrics.

    Parameters
    ----------
    app, stages: the application and its stages.
    patience_s: longest time with work and without progress.
    delivery: to the store, watched too, if this process writes one.
    """

    def __init__(
        self, app: Any, stages: Sequence[Stage], patience_s: float, delivery: StoreDelivery | None = None
    ) -> None:
        self._app = app
        self._stages = stages
        self._patience_s = patience_s
        self._delivery = delivery
        self._stalls: dict[str, Stall] = {}
        """Of the worker, of each stage and of the store."""
        self._shorter: set[TopicPartition] = set()
        """Logs that ended before an offset that was read, at the last check."""
        self.lags: dict[TopicPartition, int] = {}
        """Readable records that are not processed yet; empty while unknown."""
        self.held_back: list[OpenTransaction] = []
        """Open transactions, behind which nothing can be read yet."""
        self.lags_unknown = "the broker was not asked yet"
        """Why the lags are unknown; empty when they are known."""
        self._logged: set[tuple[str, int, int]] = set()
        """Topic, partition and offset of the open transactions that were logged."""
        self.stalled_s = 0.0
        """Time with work and without progress, at the last check."""

    async def watch(self) -> None:
        """Raise StalledError when there was work and no progress for too long; never return.

        Raise LookupError when a log has become shorter. If this task itself is not reached for twice as long,
        as by a disk that does not answer, the process ends with the traceback of every thread.
        """
        try:
            while True:
                faulthandler.dump_traceback_later(2 * self._patience_s, exit=True)
                await self._check()
                await asyncio.sleep(CHECK_S)
        finally:
            faulthandler.cancel_dump_traceback_later()

    async def _check(self) -> None:
        read = dict(self._delivery.positions) if self._delivery else {}
        committed: dict[TopicPartition, int] = {}
        short: dict[TopicPartition, int] = {}
        try:
            committed = self._committed()
            done = committed | {TopicPartition(*key): at for key, at in read.items()}
            short = await self._inspect_logs(done)
            self.lags_unknown = ""
        except Exception as error:  # noqa: BLE001 - any error means that the broker does not answer, or not yet
            self.lags, self.held_back = {}, []
            self.lags_unknown = f"the broker does not tell where the logs end ({error!r})"
        self._check_ends(short)
        waiting = "a rebalance is not over" if self._app.rebalancing else self.lags_unknown
        busy = self._delivery is not None and self._delivery.busy
        self.stalled_s = max(
            self._seconds("worker", waiting, self._progress()),
            *(self._seconds(f"stage {one.spec.name}", *self._of(one, committed)) for one in self._stages),
            self._seconds("store", "" if busy else self._behind(read), frozenset(read.items())),
        )

    def _of(self, stage: Stage, committed: Mapping[TopicPartition, int]) -> tuple[str, Hashable]:
        """Work and progress of a stage. Of a topic that the broker does not have nobody gets a partition."""
        topic = stage.spec.topic
        inputs = {one: at for one, at in committed.items() if one.topic == topic}
        exists = self._app.consumer.topic_partitions(topic)
        work = self._behind(inputs) if exists else f"the broker has no {topic} any more"
        return work, (frozenset(inputs.items()), stage.folded + stage.yields)

    def _behind(self, read: Mapping[Any, int]) -> str:
        return _first({one: at for one, at in read.items() if self.lags.get(TopicPartition(*one))})

    def _seconds(self, who: str, work: str, progress: Hashable) -> float:
        now = monotonic()
        seconds = self._stalls.setdefault(who, Stall(now)).seconds(now, work, progress)
        if seconds > self._patience_s:
            raise StalledError(f"Nothing has moved for {seconds:.0f} s, and there is work: {work}.")
        return seconds

    async def _inspect_logs(self, done: Mapping[TopicPartition, int]) -> dict[TopicPartition, int]:
        """How many records each log ends before the offset that was read; below 0 after it."""
        async with asyncio.timeout(ANSWER_S):
            marks, held_back = await self._app.consumer.inspect_logs(done) if done else ({}, [])
        self.lags = {one: max(0, marks[one].stable - at) for one, at in done.items() if one in marks}
        self._log_open_transactions(held_back)
        return {one: at - marks[one].end for one, at in done.items() if one in marks}

    def _check_ends(self, missing: Mapping[TopicPartition, int]) -> None:
        """Raise LookupError where a log was shorter at the last check too: a new leader takes a moment."""
        shorter = {one for one, records in missing.items() if records > 0}
        for topic, number in shorter & self._shorter:
            records = missing[TopicPartition(topic, number)]
            raise LookupError(
                f"{topic}/{number} ends {records} records before what was read of it: the topic was emptied "
                "or made anew, or the broker lost records."
            )
        self._shorter = shorter

    def _log_open_transactions(self, held_back: list[OpenTransaction]) -> None:
        """Log once that a transaction is still open at a second check, and once that it has ended."""
        seen = {one[:3] for one in self.held_back}
        lasting = {one[:3]: one for one in held_back if one[:3] in seen}
        for position, one in lasting.items():
            if position not in self._logged:
                log.warning("open_transaction", **one._asdict())
        for topic, partition, offset in self._logged - lasting.keys():
            log.info("open_transaction_ended", topic=topic, partition=partition, offset=offset)
        self._logged, self.held_back = set(lasting), held_back

    def _committed(self) -> dict[TopicPartition, int]:
        """Committed offsets of the assigned partitions; empty during a rebalance."""
        consumer = self._app.consumer
        if self._app.rebalancing:
            return {}
        commits = consumer._committed_offset  # noqa: SLF001 - the offsets that Faust committed last
        inputs = [one for one in consumer.assignment() if consumer.is_input(one)]
        return {TopicPartition(one.topic, one.partition): commits[one] or 0 for one in inputs}

    def _progress(self) -> Hashable:
        """A value that changes with any progress."""
        commits = frozenset(self._app.consumer._committed_offset.items())  # noqa: SLF001 - as above
        recovered = frozenset(self._app.tables.recovery.active_offsets.items())
        return commits, recovered, sum(stage.folded + stage.yields for stage in self._stages)


def _first(behind: Mapping[tuple[str, int], int]) -> str:
    return ", ".join(
        f"{topic}/{number} from offset {at}" for (topic, number), at in islice(behind.items(), 3)
    )

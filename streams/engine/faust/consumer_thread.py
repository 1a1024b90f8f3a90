"""The thread of Faust's consumer: its fetches, its positions, its heartbeat and its view of the broker.

Overrides private parts of Faust 0.15.3 and aiokafka 0.14.0, as transport.py does.
"""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from time import monotonic, time
from typing import Any

import aiokafka
from faust.transport.drivers import aiokafka as driver
from faust.types import TP
from mode.threads import WorkerThread

from streams.engine.bounded import CLOSES_S
from streams.engine.kafka.committed_log import CommittedLog
from streams.engine.kafka.fetch_pace import FetchPace
from streams.engine.kafka.log_ends import Watermarks
from streams.engine.kafka.positions import find_positions_together, seek_to_committed
from streams.engine.kafka.transactions import OpenTransaction, open_transactions
from streams.engine.kafka.watermarks import end_offsets, watermarks
from streams.engine.records import Poll

UNSETTLED_WAIT_S = 0.02
"""Time between two checks whether a rebalance is over."""
FETCH_WAIT_MS = 50
"""Longest wait of the broker with a fetch; Faust's fixed 1,500 ms stalls busy partitions behind idle ones."""
UNCOMPACTED_MS = 12 * 3_600 * 1_000
"""Compaction leaves records of the last day alone (`streams/topics/names.py`). A gap before a record younger
than this, with hours to spare for wrong clocks, was not made by it."""

Marks = Mapping[Any, Watermarks]


class Daemon(WorkerThread):  # type: ignore[misc]  # mode is untyped here
    """Ends with the process, however that ends: else its heartbeats would keep the partitions."""

    def __init__(self, service: Any, **options: Any) -> None:
        super().__init__(service, **options)
        self.daemon = True

    def stop(self) -> None:
        """Blocks the calling thread."""
        if self.is_stopped.wait(CLOSES_S):
            self.join(CLOSES_S)


class ConsumerThread(driver.AIOKafkaConsumerThread):  # type: ignore[misc]  # Faust is untyped here
    """Fetches committed records only, asks for true log ends, and remembers its last accepted heartbeat."""

    Worker = Daemon
    last_heartbeat: float = 0.0
    """`monotonic()` of the last heartbeat that the group's coordinator accepted."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.confirmed: dict[TP, int] = {}
        """By partition the highest commit that the group has accepted, or has answered when asked."""

    def _create_worker_consumer(self, transport: Any) -> aiokafka.AIOKafkaConsumer:
        consumer = super()._create_worker_consumer(transport)
        consumer._fetch_max_wait_ms = FETCH_WAIT_MS  # noqa: SLF001 - read when the consumer starts
        return consumer

    async def on_start(self) -> None:
        self._log = CommittedLog(self._may_be_compacted)
        self._pace = FetchPace(self.consumer.event_topics)
        await super().on_start()
        consumer = self._ensure_consumer()
        self._log.install_in(consumer)
        self._pace.install_in(consumer)
        find_positions_together(consumer)
        self._watch_heartbeat(consumer._coordinator)  # noqa: SLF001

    def _watch_heartbeat(self, coordinator: Any) -> None:
        heartbeat = coordinator._do_heartbeat  # noqa: SLF001

        async def watched() -> Any:
            success = await heartbeat()
            if success:
                self.last_heartbeat = monotonic()
            return success

        coordinator._do_heartbeat = watched  # noqa: SLF001

    def topic_partitions(self, topic: str) -> int | None:
        """Number of partitions on the broker; None if it has no such topic.

        Faust asks the group's coordinator, which knows topics only in the process that leads the group.
        """
        cluster = self._ensure_consumer()._client.cluster  # noqa: SLF001
        return len(cluster.partitions_for_topic(topic) or ()) or None

    def _may_be_compacted(self, tp: Any, timestamp: int) -> bool:
        return not self.consumer.is_input(tp) and timestamp < time() * 1_000 - UNCOMPACTED_MS

    async def on_partitions_assigned(self, assigned: Any, generation_id: int = 0) -> None:
        self.last_heartbeat = monotonic()
        self._log.reset()
        await super().on_partitions_assigned(assigned, generation_id)

    async def _fetch_records(
        self,
        consumer: Any,
        active_partitions: Any,
        timeout: Any = None,  # noqa: ASYNC109 - the signature is Faust's
        max_records: Any = None,
    ) -> Mapping[Any, Any]:
        del max_records  # everything that has arrived becomes one poll
        wanted = self._settled(active_partitions)
        if not wanted:
            await asyncio.sleep(UNSETTLED_WAIT_S)
            return {}
        rebalances = self.app.rebalancing_count
        records = await super()._fetch_records(consumer, wanted, timeout)
        polls = {tp: poll for tp in wanted if (poll := self._polled(tp, records.get(tp, ())))}
        events = self.consumer.event_topics
        self._pace.received(sum([len(poll.records) for tp, poll in polls.items() if tp.topic in events]))
        if self.app.rebalancing_count != rebalances:
            polls = await self._without_inputs(consumer, polls)
        return {tp: [poll] for tp, poll in polls.items()}

    def _polled(self, tp: Any, records: Sequence[Any]) -> Poll | None:
        """The poll of a partition, if anything was read of it.

        It may be without records, so that commits, and a recovery, get past aborted records.
        """
        read = self._log.take_range(tp)
        assert read or not records  # noqa: S101 - no record may be handed on outside of the range read
        return read and Poll(read.start, records, read.end)

    async def _without_inputs(self, consumer: Any, polls: Mapping[Any, Poll]) -> dict[Any, Poll]:
        """The changelogs' polls of a fetch that spans a rebalance; the inputs' are dropped and read again.

        The fetch may wait through the whole rebalance and return records from the committed offset just
        before Faust clears the queue that they would be put into.
        """
        for tp in filter(self.consumer.is_input, polls):
            committed = await consumer.committed(tp)
            if tp in consumer.assignment():
                consumer.seek(tp, polls[tp].start if committed is None else committed)
        return {tp: poll for tp, poll in polls.items() if not self.consumer.is_input(tp)}

    def _settled(self, partitions: Iterable[Any]) -> set[Any]:
        """The partitions that may be read now: during a rebalance the changelogs only.

        Faust resumes the flow for recovery, then seeks the stages' partitions to the committed offsets, then
        clears every queue. A poll handed out before the seek has the wrong offset, one after it is lost.
        """
        now = set(partitions)  # the main thread changes it meanwhile
        return {tp for tp in now if not self.consumer.is_input(tp)} if self.app.rebalancing else now

    async def seek_to_committed(self) -> Mapping[Any, int | None]:
        committed = await self.call_thread(seek_to_committed, self._ensure_consumer())
        self._confirm(committed)
        return committed  # type: ignore[no-any-return]

    async def _commit(self, offsets: Mapping[TP, int]) -> bool:
        assigned = self.assignment()
        accepted = await super()._commit(offsets)
        if accepted:
            self._confirm({tp: offset for tp, offset in offsets.items() if tp in assigned})
        return accepted  # type: ignore[no-any-return]

    def _confirm(self, committed: Mapping[Any, int | None]) -> None:
        for tp, offset in committed.items():
            if offset:
                self.confirmed[tp] = max(offset, self.confirmed.get(tp, 0))

    async def _highwaters(self, partitions: Any) -> Mapping[Any, int]:
        return await end_offsets(self._ensure_consumer()._client, list(partitions))  # noqa: SLF001

    async def inspect_logs(self, partitions: Iterable[TP]) -> tuple[Marks, list[OpenTransaction]]:
        return await self.call_thread(self._inspect_logs, partitions)  # type: ignore[no-any-return]

    async def _inspect_logs(self, partitions: Iterable[TP]) -> tuple[Marks, list[OpenTransaction]]:
        client = self._ensure_consumer()._client  # noqa: SLF001
        marks = await watermarks(client, partitions)
        return marks, await open_transactions(client, marks)

"""From the topics into a sink: reads the stages' outputs and applies them in batches."""

import asyncio
from collections.abc import Callable, Iterable
from functools import partial
from typing import TypeVar

from aiokafka import AIOKafkaConsumer
from aiokafka.structs import TopicPartition

from sinks.base import Batch
from sinks.own_thread import OwnThread
from streams.engine.bounded import at_most
from streams.engine.kafka.committed_log import CommittedLog, ReadRange
from streams.engine.kafka.connection import Connection
from streams.engine.stall import StalledError
from streams.topics.continuity import check_continuity
from streams.topics.names import COMPACTED, CREDIT, LIVE_COUNT, REJECTED, Topics, TopicsError

POLL_MS = 200
"""How long a poll waits for the first record."""
BATCH_RECORDS = 10_000
"""Most records of one transaction."""
BUSY_RECORDS = 500
"""After a poll of so many records more are likely to come, and the transaction waits for them.

A page of a table that many of them change is then written once. In a replay that saves three quarters of the
transactions; records of a quiet stream do not wait.
"""
GATHER_S = 0.5
"""How long a transaction waits at most."""
PAUSE_S = 0.1
"""Between the polls of that time, for fewer and larger fetches."""
START_S = 60.0
"""How long the start of a reader may take."""
STOP_S = 5.0
"""How long each part of a reader may take to stop."""
APPLY_S = 90.0
"""How long a batch may take: longer than SQLite waits for another writer (20 s)."""

Result = TypeVar("Result")
Apply = Callable[[Batch], Result]
"""A sink's `apply`, or the one of the staging in front of it."""
Positions = dict[tuple[str, int], int]
TopicValue = tuple[str, bytes]
"""Topic and value of a record."""


class Delivery:
    """Reads all partitions of the output topics and applies their records in order.

    The sink runs in its own thread, so that a slow disk blocks nothing else.

    Parameters
    ----------
    connection: to the broker.
    topics: of this generation.
    generation: its number.
    positions: next offset to read by (topic, partition), as stored in the sink; missing ones start at 0.
        The attribute of this name advances with every applied batch.
    """

    def __init__(self, connection: Connection, topics: Topics, generation: int, positions: Positions) -> None:
        self._topics = topics
        self._generation = generation
        self.positions = {
            (one.topic, one.partition): positions.get((one.topic, one.partition), 0) for one in topics.outputs
        }
        self._read = dict(self.positions)
        self._connection = connection
        self._consumer = AIOKafkaConsumer(
            **connection.options(),
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            max_partition_fetch_bytes=4 << 20,
            fetch_max_wait_ms=50,
        )
        self._log = CommittedLog(lambda partition, _: partition.topic in COMPACTED)
        self._thread = OwnThread("sink")

    async def start(self) -> None:
        """Raises TopicsError if the logs are not the ones that the sink has read."""
        partitions = {TopicPartition(*key): offset for key, offset in self.positions.items()}
        await check_continuity(self._connection, partitions, "the store")
        async with asyncio.timeout(START_S):
            await self._consumer.start()
        self._log.install_in(self._consumer)
        self._consumer.assign([TopicPartition(*key) for key in self.positions])
        for key, offset in self.positions.items():
            self._consumer.seek(TopicPartition(*key), offset)

    async def stop(self) -> bool:
        """Wait a while for work in progress to end; False if the sink is still at work then."""
        await at_most(STOP_S, self._consumer.stop)
        try:
            await self._thread.run(lambda: None, STOP_S)
        except TimeoutError:
            return False
        return True

    async def deliver(self, apply: Apply[object]) -> None:
        """Apply the records that can be read now."""
        batch = await self.read()
        if batch is not None:
            await self.hand_over(apply, batch)

    async def read(self) -> Batch | None:
        """Records of one poll, and while the stream is busy of the next ones too.

        A batch without records only advances positions, past the markers of another client's transaction.
        """
        records = await self._poll(BATCH_RECORDS)
        if len(records) >= BUSY_RECORDS:
            await self._gather(records)
        return self._batch(records, dict(self._read)) if self._read != self.positions else None

    async def hand_over(self, apply: Apply[Result], batch: Batch) -> Result:
        """Apply a batch; after a failure nothing has changed and it may be tried again.

        Raises StalledError if it neither ends nor fails.
        """
        try:
            result = await self._thread.run(partial(apply, batch), APPLY_S)
        except TimeoutError as error:
            raise StalledError(f"The store has taken more than {APPLY_S:.0f} s for one batch.") from error
        self.positions = dict(batch.positions)
        return result

    async def _gather(self, records: list[TopicValue]) -> None:
        """Add the next records, until none come, the batch is full or `GATHER_S` has passed."""
        for _ in range(round(GATHER_S / PAUSE_S)):
            room = BATCH_RECORDS - len(records)
            if room <= 0:
                return
            await asyncio.sleep(PAUSE_S)
            more = await self._poll(room)
            if not more:
                return
            records += more

    async def _poll(self, most: int) -> list[TopicValue]:
        await self._check_ends()
        polled = await self._consumer.getmany(timeout_ms=POLL_MS, max_records=most)
        records: list[TopicValue] = []
        for key in self._read:
            partition = TopicPartition(*key)
            if read_range := self._log.take_range(partition):
                self._advance(partition, read_range)
                records += ((partition.topic, record.value) for record in polled.get(partition, ()))
        return records

    async def _check_ends(self) -> None:
        """Raises TopicsError if a log ends below the position up to which it was read.

        Its end is known from the last fetch. That may be wrong just after its leader has changed, or on a
        busy embedded broker; so it is asked for again.
        """
        read = {TopicPartition(*key): offset for key, offset in self._read.items()}
        ends = {partition: self._consumer.highwater(partition) for partition in read}
        beyond = {one: read[one] for one, end in ends.items() if end is not None and end < read[one]}
        if beyond:
            await check_continuity(self._connection, beyond, "the store")

    def _advance(self, partition: TopicPartition, read_range: ReadRange) -> None:
        """Raises TopicsError if records were deleted before they were read, or the log was made anew.

        The consumer goes on at the first record of a log that does not have its position.
        """
        expected, start = self._read[partition], read_range.start
        if start < expected:
            problem = "the topic was emptied or made anew"
        elif start > expected and partition.topic not in COMPACTED:
            problem = "records were deleted before they were read"
        else:
            self._read[partition] = read_range.end
            return
        raise TopicsError(
            f"The store has read {partition.topic}/{partition.partition} up to offset {expected}, but that "
            f"log goes on at {start}: {problem}. Begin a new stream, which is fed from the store: sambung "
            "topics create --anew"
        )

    async def in_sink_thread(self, call: Callable[[], Result]) -> Result:
        """Call a method of the sink in its thread."""
        return await self._thread.run(call)

    def _batch(self, records: Iterable[TopicValue], positions: Positions) -> Batch:
        values: dict[str, list[bytes]] = {}
        for topic, value in records:
            values.setdefault(topic, []).append(value)
        return Batch(
            self._generation,
            statements=values.get(CREDIT, ()),
            counts=values.get(LIVE_COUNT, ()),
            accepted=values.get(self._topics.accepted, ()),
            rejected=values.get(REJECTED, ()),
            positions=positions,
        )

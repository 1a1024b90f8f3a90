"""Makes records durable in Kafka: acknowledged by all in-sync replicas, within 5 s or not at all.

Each partition has a sender of its own (`api.publishing.sender`), so one that is away holds up those
alone that need it.
"""

import asyncio
from collections.abc import Sequence
from time import monotonic
from typing import Final

import structlog
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from api.ports import NotDurable, PublicRecord
from api.publishing.sender import PartitionSender
from streams.engine.bounded import CLOSES_S, at_most
from streams.engine.kafka.connection import Connection
from streams.engine.kafka.replicas import layouts
from streams.engine.kafka.runs import BATCH_BYTES
from streams.engine.kafka.sending import REQUEST_BYTES, partitions_of
from streams.engine.records import KeyValue
from streams.topics.names import PUBLIC_INPUTS, REJECTED, told_of_copies

log = structlog.get_logger()

PUBLISH_S: Final = 4.0
"""Time limit of one request's records; the rest of 5 s is for reading and judging them."""
LOOK_S: Final = 3.0
"""Time between two looks at the cluster."""
RETRY_S: Final = 1.0
"""Time between two tries to connect."""
LOST_S: Final = 15.0
"""After so long without an answer the producer is made anew, as the brokers may have other addresses now."""
MOST_WAITING_BYTES: Final = 64 * 1024 * 1024
"""Of records that Kafka has not acknowledged yet."""

NO_BROKER: Final = "the broker does not answer"
TOPICS: Final = (*PUBLIC_INPUTS, REJECTED)


class KafkaPublisher:
    """A `Publisher` (api.ports); usable between `start` and `stop`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._producer: AIOKafkaProducer | None = None
        self._partitions: dict[str, int] = {}
        """Number by topic."""
        self._senders: dict[tuple[str, int], PartitionSender] = {}
        self._keeper: asyncio.Task[None] | None = None
        self._answered = False
        self._failing_since_s: float | None = None
        """Since when nothing that was sent was acknowledged."""
        self.copies: int | None = None
        """Replicas of the partition that has fewest; None until known."""

    async def start(self) -> None:
        """Connects in the background, again and again while there is no broker."""
        self._keeper = asyncio.create_task(self._keep_connected())

    async def stop(self) -> None:
        if self._keeper is not None:
            self._keeper.cancel()
            await asyncio.wait([self._keeper], timeout=CLOSES_S)

    @property
    def not_ready_reasons(self) -> list[str]:
        if self._producer is None or not self._answered:
            return [NO_BROKER]
        missing = [topic for topic in TOPICS if not self._partitions.get(topic)]
        return [f"the broker lacks {', '.join(missing)}: sambung topics create"] if missing else []

    @property
    def warnings(self) -> list[str]:
        told = None if self.copies is None else told_of_copies(self.copies)
        return [told] if told else []

    @property
    def waiting_bytes(self) -> int:
        return sum(sender.waiting_bytes for sender in self._senders.values())

    async def publish(self, records: Sequence[PublicRecord]) -> None:
        if reasons := self.not_ready_reasons:
            raise NotDurable(reasons[0])
        if self.waiting_bytes > MOST_WAITING_BYTES:
            raise NotDurable("the broker is slower than the events come")
        runs = self._by_partition(records)
        sent = [self._sender(target).add(run) for target, run in runs.items()]
        done, late = await asyncio.wait(sent, timeout=PUBLISH_S)
        for one in late:
            one.cancel()
        errors = [error for one in done if (error := one.exception()) is not None]
        if late or errors:
            raise NotDurable(str(errors[0]) if errors else f"{NO_BROKER} for {PUBLISH_S:.0f} s")

    def _by_partition(self, records: Sequence[PublicRecord]) -> dict[tuple[str, int], list[KeyValue]]:
        by_topic: dict[str, list[PublicRecord]] = {}
        for record in records:
            by_topic.setdefault(record.topic, []).append(record)
        runs: dict[tuple[str, int], list[KeyValue]] = {}
        for topic, several in by_topic.items():
            numbers = partitions_of([one.key for one in several], self._partitions[topic])
            for number, one in zip(numbers, several, strict=True):
                runs.setdefault((topic, number), []).append(one[1:])
        return runs

    def _sender(self, target: tuple[str, int]) -> PartitionSender:
        sender = self._senders.get(target)
        if sender is None:
            sender = self._senders[target] = PartitionSender(self._producer, target, self._sent)
        return sender

    def _sent(self, error: Exception | None) -> None:
        """A turn has ended."""
        if error is None:
            self._failing_since_s = None
        elif self._failing_since_s is None:
            self._failing_since_s = monotonic()

    async def _keep_connected(self) -> None:
        while True:
            producer = AIOKafkaProducer(
                **self._connection.options(),
                client_id="sambung-gateway",
                acks="all",
                linger_ms=0,
                max_batch_size=BATCH_BYTES,
                max_request_size=REQUEST_BYTES,
                request_timeout_ms=round(PUBLISH_S * 1_000),
                retry_backoff_ms=50,
            )
            try:
                async with asyncio.timeout(LOST_S):
                    await producer.start()
                await self._use(producer)
            except (KafkaError, OSError, ValueError, TimeoutError) as error:
                log.warning("broker_away", error=type(error).__name__)
            finally:
                await self._leave(producer)
            await asyncio.sleep(RETRY_S)

    async def _use(self, producer: AIOKafkaProducer) -> None:
        """Until the cluster has not answered for LOST_S."""
        await self._look(producer)
        self._producer, self._failing_since_s, answered_s = producer, None, monotonic()
        log.info("broker_answers", copies=self.copies)
        while monotonic() < min(answered_s, self._failing_since_s or answered_s) + LOST_S:
            await asyncio.sleep(LOOK_S)
            try:
                async with asyncio.timeout(LOOK_S):
                    await self._look(producer)
            except (KafkaError, OSError, TimeoutError):
                self._answered = False
            else:
                answered_s = monotonic()

    async def _look(self, producer: AIOKafkaProducer) -> None:
        found = await layouts(producer, TOPICS)
        self._partitions = {topic: one.partitions for topic, one in found.items()}
        self.copies = min(one.copies for one in found.values()) or None
        self._answered = True

    async def _leave(self, producer: AIOKafkaProducer) -> None:
        self._producer, self._answered = None, False
        senders, self._senders = self._senders, {}
        for sender in senders.values():
            sender.stop()
        await at_most(CLOSES_S, producer.stop)

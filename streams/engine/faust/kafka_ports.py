"""The world of a stage in life: Kafka, Faust's consumer, RocksDB (`streams.engine.ports.Ports`)."""

import asyncio
from time import monotonic
from typing import Any

import faust
import structlog
from aiokafka import AIOKafkaProducer
from aiokafka.structs import TopicPartition

from streams.engine.faust.store import PartitionRows, Store
from streams.engine.kafka.connection import Connection
from streams.engine.kafka.foreign import records_between
from streams.engine.kafka.sending import partition_of, send
from streams.engine.records import Records, Span

FENCE_S = 60.0
"""How long a checkpoint waits for a sign of life from the group before the process gives up."""

log = structlog.get_logger()


class KafkaPorts:
    """One stage's view of Kafka and of its own table.

    Parameters
    ----------
    app: the Faust application.
    table: the stage's Faust table; its store is ours.
    producer: the stage's own.
    connection, partitions: to the broker, and of every topic.
    """

    def __init__(
        self,
        app: faust.App,
        table: Any,
        producer: AIOKafkaProducer,
        *,
        connection: Connection,
        partitions: int,
    ) -> None:
        self._app = app
        self._table = table
        self._producer = producer
        self._connection = connection
        self._partitions = partitions

    @property
    def _store(self) -> Store:
        store = self._table.data
        assert isinstance(store, Store)  # noqa: S101 - the table was made with our alias
        return store

    def store(self, partition: int) -> PartitionRows:
        return self._store.rows(partition)

    def committed(self, topic: str, partition: int) -> int | None:
        offset = self._app.consumer._committed_offset[TopicPartition(topic, partition)]  # noqa: SLF001
        return None if offset is None or offset < 0 else int(offset)

    def partitions(self, topic: str) -> int:
        del topic
        return self._partitions

    def partition_of(self, key: bytes, partitions: int) -> int:
        return partition_of(key, partitions)

    async def fence(self) -> None:
        """Wait until the last good heartbeat is younger than half the session time-out."""
        thread = self._app.consumer._thread  # noqa: SLF001
        fresh_s = self._app.conf.broker_session_timeout / 2
        gives_up = monotonic() + FENCE_S
        while monotonic() - thread.last_heartbeat > fresh_s:
            if monotonic() > gives_up:
                raise TimeoutError(
                    f"No heartbeat was answered for {FENCE_S:.0f} s; nothing is written any more."
                )
            await asyncio.sleep(fresh_s / 20)

    async def send(self, records: Records) -> dict[tuple[str, int], Span]:
        return await send(self._producer, records)

    async def reread(self, partition: int, first: int, end: int) -> list[tuple[bytes, bytes]]:
        topic = self._table.changelog_topic.get_topic_name()
        log.warning("changelog_reread", topic=topic, partition=partition, first=first, end=end)
        return await records_between(self._connection, topic, partition, first, end)

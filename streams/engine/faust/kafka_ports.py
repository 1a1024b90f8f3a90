"""A stage's ports in production: Kafka, Faust's consumer and RocksDB (`streams.engine.ports.Ports`)."""

import asyncio
from collections.abc import Awaitable, Callable
from time import monotonic
from typing import Any

import faust
import structlog
from aiokafka import AIOKafkaConsumer
from aiokafka.structs import TopicPartition

from streams.engine.bounded import at_most
from streams.engine.faust.store import PartitionRows, Store
from streams.engine.kafka.connection import Connection
from streams.engine.kafka.sending import partition_of
from streams.engine.records import Records, Span

FENCE_S = 60.0
"""Longest wait of a checkpoint for a fresh heartbeat; after it the process ends."""
REREAD_S = 30.0
"""Timeout for reading back a part of a changelog."""
STOP_S = 5.0

Send = Callable[[Records], Awaitable[dict[tuple[str, int], Span]]]

log = structlog.get_logger()


class KafkaPorts:
    """One stage's access to Kafka and to its own table.

    Parameters
    ----------
    app: the Faust application.
    table: the stage's Faust table, made with our store.
    send: sends records with the stage's own producer; returns when all are acknowledged.
    connection: to the broker.
    partitions: number of partitions of every topic.
    """

    def __init__(
        self,
        app: faust.App,
        table: Any,
        send: Send,
        *,
        connection: Connection,
        partitions: int,
    ) -> None:
        self._app = app
        self._table = table
        self._send = send
        self._connection = connection
        self._partitions = partitions

    def store(self, partition: int) -> PartitionRows:
        store = self._table.data
        assert isinstance(store, Store)  # noqa: S101 - the table was made with our alias
        return store.rows(partition)

    def committed(self, topic: str, partition: int) -> int | None:
        offset = self._app.consumer._committed_offset[TopicPartition(topic, partition)]  # noqa: SLF001
        return None if offset is None or offset < 0 else int(offset)

    def partitions(self, topic: str) -> int:
        del topic
        return self._partitions

    def partition_of(self, key: bytes, partitions: int) -> int:
        return partition_of(key, partitions)

    async def fence(self) -> None:
        """Wait until the last accepted heartbeat is younger than half the session timeout."""
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
        return await self._send(records)

    async def reread(self, partition: int, first: int, end: int) -> list[tuple[bytes, bytes]]:
        target = TopicPartition(self._table.changelog_topic.get_topic_name(), partition)
        log.warning("changelog_reread", **target._asdict(), first=first, end=end)
        return await records_between(self._connection, target, first, end)


async def records_between(
    connection: Connection, target: TopicPartition, first: int, end: int
) -> list[tuple[bytes, bytes]]:
    """Key and value of the records at offsets first..end-1 that compaction has left.

    Raises TimeoutError when the broker does not hand them out in time.
    """
    consumer = AIOKafkaConsumer(**connection.options(), enable_auto_commit=False)
    found: list[tuple[bytes, bytes]] = []
    try:
        async with asyncio.timeout(REREAD_S):
            await consumer.start()
            consumer.assign([target])
            consumer.seek(target, first)
            while await consumer.position(target) < end:
                polled = (await consumer.getmany(target, timeout_ms=500)).get(target, [])
                found += [(record.key, record.value) for record in polled if record.offset < end]
    finally:
        await at_most(STOP_S, consumer.stop)
    return found

"""How many records are on their way from the public topics into the store."""

import asyncio
from collections.abc import Mapping
from contextlib import AsyncExitStack
from typing import Final

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError
from aiokafka.structs import TopicPartition
from sqlalchemy import Connection as StoreConnection

from api.store import StoreAway, StoreReader
from sinks.progress import newest_generation, positions_of
from streams.engine.kafka.admin import admin_client, committed_offsets
from streams.engine.kafka.connection import Connection
from streams.engine.kafka.watermarks import WatermarksError, watermarks
from streams.topics.names import Topics, app_id

ANSWER_S: Final = 3.0


class KafkaBacklog:
    """A `Backlog` (api.ports): what the stages have not committed, and what the store has not read."""

    def __init__(self, connection: Connection, store: StoreReader) -> None:
        self._connection = connection
        self._store = store
        self._open = AsyncExitStack()
        self._admin: AIOKafkaAdminClient | None = None
        self._turn = asyncio.Lock()

    async def records(self) -> int | None:
        async with self._turn:  # one connection for all who ask
            try:
                async with asyncio.timeout(ANSWER_S):
                    return await self._count()
            except (KafkaError, WatermarksError, StoreAway, OSError):  # a TimeoutError is one
                await self.close()
                return None

    async def close(self) -> None:
        self._admin = None
        await self._open.aclose()

    async def _count(self) -> int | None:
        found = await self._store.read(_stream)
        if found is None:
            return None
        topics, read = found
        admin = self._admin = self._admin or await self._started()
        committed = await committed_offsets(admin, topics.app_id, topics.inputs)
        logs = await watermarks(admin._client, topics.inputs + topics.outputs, ANSWER_S)  # noqa: SLF001
        done = committed | {TopicPartition(*one): offset for one, offset in read.items()}
        return sum(max(0, log.end - max(log.begin, done.get(one, 0))) for one, log in logs.items())

    async def _started(self) -> AIOKafkaAdminClient:
        return await self._open.enter_async_context(admin_client(self._connection))


def _stream(connection: StoreConnection) -> tuple[Topics, Mapping[tuple[str, int], int]] | None:
    """The store's current stream, and where it reads on; None where there is none."""
    current = newest_generation(connection)
    if current is None:
        return None
    topics = Topics(app_id(current.number), current.origin.partitions)
    return topics, positions_of(connection, current.number)

"""Kafka's administering client, started and closed around a block."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiokafka.admin import AIOKafkaAdminClient

from streams.engine.bounded import closing
from streams.engine.kafka.connection import Connection


@asynccontextmanager
async def administering(connection: Connection) -> AsyncIterator[AIOKafkaAdminClient]:
    """Raises what the client raises when it cannot begin."""
    admin = AIOKafkaAdminClient(**connection.options())
    await admin.start()
    async with closing(admin):
        yield admin

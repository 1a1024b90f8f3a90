"""Kafka's administering client, started and closed around a block."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiokafka.admin import AIOKafkaAdminClient

from streams.engine.bounded import at_most, heed_cancellation
from streams.engine.connection import Connection

CLOSES_S = 5.0
"""How long it may take to close."""


@asynccontextmanager
async def administering(connection: Connection) -> AsyncIterator[AIOKafkaAdminClient]:
    """Raises what the client raises when it cannot begin."""
    admin = AIOKafkaAdminClient(**connection.options())
    await admin.start()
    try:
        yield admin
    finally:
        await at_most(CLOSES_S, admin.close)
    heed_cancellation()

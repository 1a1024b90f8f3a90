"""Kafka's admin client, open for a block, and the offsets that a consumer group has committed."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Final

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import GroupCoordinatorNotAvailableError, NotCoordinatorForGroupError
from aiokafka.structs import TopicPartition

from streams.engine.bounded import closing
from streams.engine.kafka.connection import Connection

COORDINATOR_TIMEOUT_S: Final = 30.0
RETRY_S: Final = 0.1


@asynccontextmanager
async def admin_client(connection: Connection) -> AsyncIterator[AIOKafkaAdminClient]:
    """Raises what the client raises when it cannot start."""
    admin = AIOKafkaAdminClient(**connection.options())
    await admin.start()
    async with closing(admin):
        yield admin


async def committed_offsets(
    admin: AIOKafkaAdminClient, group: str, partitions: Sequence[TopicPartition]
) -> dict[TopicPartition, int]:
    """Next offset to read, for each partition where the group has committed one.

    There is no coordinator while a cluster makes the offsets topic for its first group, or while another
    broker takes the group over. Both are waited for, 30 s at most; then KafkaError is raised.
    """
    deadline = asyncio.get_running_loop().time() + COORDINATOR_TIMEOUT_S
    while True:
        try:
            commits = await admin.list_consumer_group_offsets(group, partitions=partitions)
        except (GroupCoordinatorNotAvailableError, NotCoordinatorForGroupError):
            if asyncio.get_running_loop().time() > deadline:
                raise
            await asyncio.sleep(RETRY_S)
        else:
            return {one: commit.offset for one, commit in commits.items() if commit.offset >= 0}

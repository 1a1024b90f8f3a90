"""What a consumer group has committed."""

import asyncio
from collections.abc import Sequence
from typing import Final

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import GroupCoordinatorNotAvailableError, NotCoordinatorForGroupError
from aiokafka.structs import TopicPartition

TIMEOUT_S: Final = 30.0
AGAIN_S: Final = 0.1


async def committed(
    admin: AIOKafkaAdminClient, group: str, partitions: Sequence[TopicPartition]
) -> dict[TopicPartition, int]:
    """Next offset to read, of the partitions where the group has committed one.

    A cluster whose first group this is makes the topic for it only now, and after a broker is lost another
    takes the group over: both are waited for, 30 s at most; then KafkaError is raised.
    """
    deadline = asyncio.get_running_loop().time() + TIMEOUT_S
    while True:
        try:
            commits = await admin.list_consumer_group_offsets(group, partitions=partitions)
        except (GroupCoordinatorNotAvailableError, NotCoordinatorForGroupError):
            if asyncio.get_running_loop().time() > deadline:
                raise
            await asyncio.sleep(AGAIN_S)
        else:
            return {one: commit.offset for one, commit in commits.items() if commit.offset >= 0}

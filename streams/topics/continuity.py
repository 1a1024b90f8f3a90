"""Check by the ends of logs that none was recreated and none lost records that were not read yet."""

from collections.abc import Mapping

from aiokafka.structs import TopicPartition

from streams.engine.kafka.admin import admin_client, committed_offsets
from streams.engine.kafka.connection import Connection
from streams.engine.kafka.watermarks import watermarks
from streams.topics.names import COMPACTED, Topics, TopicsError


async def check_commits(connection: Connection, topics: Topics) -> None:
    """Raise TopicsError unless every stage can read on from its committed offsets."""
    async with admin_client(connection) as admin:
        read = await committed_offsets(admin, topics.app_id, topics.inputs)
    await check_continuity(connection, read, f"the group {topics.app_id}")


async def check_continuity(connection: Connection, read: Mapping[TopicPartition, int], who: str) -> None:
    """Raise TopicsError unless every log still has the offset that `who` reads next."""
    for one, mark in (await watermarks(connection, read)).items():
        wanted = read[one]
        if wanted > mark.end:
            problem = f"ends at {mark.end}: the topic was emptied or made anew"
        elif wanted < mark.begin and one.topic not in COMPACTED:
            problem = f"begins at {mark.begin}: records were deleted before they were read"
        else:
            continue
        raise TopicsError(
            f"{who} reads {one.topic}/{one.partition} on from offset {wanted}, but that log {problem}. "
            "Nothing was read. Begin a new stream, which is fed from the store: sambung topics create --anew"
        )

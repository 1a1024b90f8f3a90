"""Watermarks of many partitions at once (the requests to each leader are in log_ends.py)."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from typing import Final

from aiokafka.client import AIOKafkaClient
from aiokafka.structs import TopicPartition

from streams.engine.bounded import closing
from streams.engine.kafka.connection import Connection
from streams.engine.kafka.log_ends import Watermarks, leader_watermarks

NO_LEADER: Final = (None, -1)
TIMEOUT_S: Final = 30.0
FIRST_WAIT_MS: Final = 1
LONGEST_WAIT_MS: Final = 250
"""Longest wait of the broker for a Fetch; after it Tansu answers nothing, and is asked again."""


class WatermarksError(Exception):
    """A log's ends could not be read; the text says which and what to do."""


async def end_offsets(
    client: AIOKafkaClient | Connection, partitions: Iterable[TopicPartition], timeout_s: float = TIMEOUT_S
) -> dict[TopicPartition, int]:
    """Offsets that the next records will get, in the order given. Raises WatermarksError."""
    marks = await watermarks(client, partitions, timeout_s)
    return {partition: mark.end for partition, mark in marks.items()}


async def watermarks(
    client: AIOKafkaClient | Connection, partitions: Iterable[TopicPartition], timeout_s: float = TIMEOUT_S
) -> dict[TopicPartition, Watermarks]:
    """Both ends of each log: one request per leader (on Apache Kafka four), and no record is sent.

    `client` is a started one, which others may be using, or the connection for a new one.
    Raises WatermarksError after the timeout, KafkaError when waiting would not help.
    """
    wanted = list(dict.fromkeys(partitions))
    found: dict[TopicPartition, Watermarks] = {}
    try:
        async with asyncio.timeout(timeout_s), connected(client) as started:
            wait_ms = FIRST_WAIT_MS
            while len(found) < len(wanted):
                missing = [partition for partition in wanted if partition not in found]
                leaders = await by_leader(started, missing)
                asked = (leader_watermarks(started, node, part, wait_ms) for node, part in leaders.items())
                for marks in await asyncio.gather(*asked):
                    found |= marks
                if len(found) < len(wanted):
                    await asyncio.sleep(wait_ms / 1_000)
                    wait_ms = min(4 * wait_ms, LONGEST_WAIT_MS)
    except TimeoutError as error:
        missing = [partition for partition in wanted if partition not in found]
        raise WatermarksError(_complaint(missing, timeout_s)) from error
    return {partition: found[partition] for partition in wanted}


@asynccontextmanager
async def connected(client: AIOKafkaClient | Connection) -> AsyncIterator[AIOKafkaClient]:
    """The given client, or a new one for the block. Raises KafkaError."""
    if not isinstance(client, Connection):
        yield client
        return
    own = AIOKafkaClient(**client.options())
    async with closing(own):
        await own.bootstrap()
        yield own


async def by_leader(
    client: AIOKafkaClient, partitions: list[TopicPartition]
) -> Mapping[int, list[TopicPartition]]:
    """Partitions by the node that leads them; those without a leader are left out.

    A topic unknown to the client is looked up in the list of all topics: a request by name would create a
    missing one on a broker with automatic creation, such as Tansu.
    """
    cluster = client.cluster
    if any(cluster.leader_for_partition(partition) in NO_LEADER for partition in partitions):
        cluster = await client.fetch_all_metadata()
        for topic in cluster.topics() & {partition.topic for partition in partitions}:
            client.add_topic(topic)
    leaders: dict[int, list[TopicPartition]] = defaultdict(list)
    for partition in partitions:
        leader = cluster.leader_for_partition(partition)
        if leader not in NO_LEADER:
            leaders[leader].append(partition)
    return leaders


def _complaint(missing: list[TopicPartition], timeout_s: float) -> str:
    names = ", ".join(f"{one.topic}[{one.partition}]" for one in missing[:5])
    more = f" and {len(missing) - 5} more" if len(missing) > 5 else ""
    return (
        f"No broker told where the logs of {names}{more} end, for {timeout_s:g} s. "
        "See that the broker is up and that these topics exist."
    )

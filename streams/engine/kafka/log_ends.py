"""Watermarks of the logs that one broker leads, correct on Apache Kafka and on Tansu.

Tansu answers ListOffsets(latest) with the base offset of the last batch + 1, and reads its whole index for
it; but its answer to a Fetch of no bytes from beyond any end has both true ends. Apache Kafka refuses that
Fetch as out of range, and its ListOffsets is right.
"""

from collections import defaultdict
from typing import Any, Final, NamedTuple

from aiokafka.client import AIOKafkaClient
from aiokafka.errors import KafkaError, OffsetOutOfRangeError, for_code
from aiokafka.protocol.fetch import FetchRequest
from aiokafka.protocol.offset import OffsetRequest
from aiokafka.structs import TopicPartition

BEYOND_ANY_END: Final = 1 << 62
EARLIEST: Final = -2
LATEST: Final = -1
UNCOMMITTED: Final = 0
COMMITTED: Final = 1
"""Isolation level of a request: whether it sees records behind an open transaction."""
CONNECTION: Final = "watermarks"
"""Name of a separate connection: on the consumer's, an answer waits behind a long poll."""


class Watermarks(NamedTuple):
    begin: int
    """Offset of the first record, or of the next one if there is none."""
    end: int
    """Offset that the next record will get."""
    stable: int
    """Last stable offset: the first record of an open transaction, else the end. Readers of committed records
    get no further."""


async def leader_watermarks(
    client: AIOKafkaClient, node: int, partitions: list[TopicPartition], wait_ms: int
) -> dict[TopicPartition, Watermarks]:
    """Watermarks from one leader; without the partitions that it cannot answer for now."""
    try:
        marks, beyond = await _fetched(client, node, partitions, wait_ms)
        marks = await _without_false_zeros(client, node, marks)
        if beyond:
            begins = await _listed(client, node, beyond, EARLIEST)
            ends = await _listed(client, node, beyond, LATEST)
            # asked last: it is below the end only if a transaction is open
            stable = await _listed(client, node, beyond, LATEST, COMMITTED)
            answered = begins.keys() & stable.keys() & ends.keys()
            marks |= {
                one: Watermarks(begins[one], ends[one], min(stable[one], ends[one])) for one in answered
            }
    except KafkaError as error:
        if not error.retriable:
            raise
        client.force_metadata_update()
        return {}
    return marks


async def _fetched(
    client: AIOKafkaClient, node: int, partitions: list[TopicPartition], wait_ms: int
) -> tuple[dict[TopicPartition, Watermarks], list[TopicPartition]]:
    """Watermarks from a Fetch of no bytes, and the partitions for which it was out of range."""
    asked = by_topic(partitions, BEYOND_ANY_END, 1)
    request = FetchRequest(wait_ms, 0, 0, UNCOMMITTED, asked)
    response = await client.send(node, request, group=CONNECTION)
    marks: dict[TopicPartition, Watermarks] = {}
    beyond: list[TopicPartition] = []
    for topic, answers in response.topics:
        for number, code, end, stable, begin, *_ in answers:
            partition = TopicPartition(topic, number)
            if code == OffsetOutOfRangeError.errno:
                beyond.append(partition)
            elif usable(client, code):
                marks[partition] = Watermarks(begin, end, stable if 0 <= stable <= end else end)
    return marks, beyond


async def _without_false_zeros(
    client: AIOKafkaClient, node: int, marks: dict[TopicPartition, Watermarks]
) -> dict[TopicPartition, Watermarks]:
    """The watermarks, without ends of 0 that ListOffsets does not confirm; it is cheap for an empty log.

    A busy Tansu may answer a Fetch before it has looked at each partition. Taken for an empty log, one that
    has records would not be waited for, nor recovered from.
    """
    empty = [partition for partition, mark in marks.items() if not mark.end]
    if not empty:
        return marks
    listed = await _listed(client, node, empty, LATEST)
    false = {partition for partition in empty if listed.get(partition) != 0}
    return {partition: mark for partition, mark in marks.items() if partition not in false}


async def _listed(
    client: AIOKafkaClient,
    node: int,
    partitions: list[TopicPartition],
    which: int,
    isolation: int = UNCOMMITTED,
) -> dict[TopicPartition, int]:
    request = OffsetRequest(-1, isolation, by_topic(partitions, which))
    response = await client.send(node, request, group=CONNECTION)
    return {
        TopicPartition(topic, number): offset
        for topic, answers in response.topics
        for number, code, _, offset in answers
        if usable(client, code)
    }


def by_topic(partitions: list[TopicPartition], *values: int) -> list[tuple[str, list[tuple[int, ...]]]]:
    topics: dict[str, list[tuple[int, ...]]] = defaultdict(list)
    for partition in partitions:
        topics[partition.topic].append((partition.partition, *values))
    return list(topics.items())


def usable(client: AIOKafkaClient, code: int) -> bool:
    """True if an answer is valid. On a retriable error metadata is refreshed; any other error is raised."""
    if not code:
        return True
    error: Any = for_code(code)
    if not error.retriable:
        raise error
    client.force_metadata_update()
    return False

"""Partitions and copies of topics, as the cluster tells them now."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from aiokafka import AIOKafkaProducer


class Layout(NamedTuple):
    partitions: int
    """0 where the topic is not there."""
    copies: int
    """Replicas of the partition that has fewest; 0 likewise."""


async def layouts(producer: AIOKafkaProducer, topics: Iterable[str]) -> dict[str, Layout]:
    """By topic, from the first broker that answers. Raises KafkaError where none does.

    All topics are asked for: to name a missing one may create it.
    """
    cluster: Any = await producer.client.fetch_all_metadata()
    described = {topic: cluster._partitions.get(topic, {}) for topic in topics}  # noqa: SLF001
    return {
        topic: Layout(len(parts), min((len(one.replicas) for one in parts.values()), default=0))
        for topic, parts in described.items()
    }

"""Positions of a consumer from its group's commits, with one request for all partitions.

aiokafka 0.14.0 asks for one partition after the other, once to find its position and once more to seek
there. A worker has dozens of partitions, and none is read meanwhile.
"""

import asyncio
from collections.abc import Iterable
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.consumer.fetcher import UNKNOWN_OFFSET, OffsetResetStrategy
from aiokafka.structs import OffsetAndMetadata


def find_positions_together(consumer: AIOKafkaConsumer) -> None:
    """Make a consumer find its positions by one request, from its next assignment on.

    It raises OffsetOutOfRangeError where a log no longer has its position. aiokafka would begin at the other
    end: records that a shorter log has since got at offsets below the position would be taken for known ones.
    """
    fetcher: Any = consumer._fetcher  # noqa: SLF001
    fetcher._default_reset_strategy = OffsetResetStrategy.NONE  # noqa: SLF001
    one_by_one = fetcher._update_fetch_positions  # noqa: SLF001

    async def together(assignment: Any, node: int, partitions: Iterable[TopicPartition]) -> bool:
        try:
            await _set_committed([assignment.state_value(tp) for tp in partitions])
        except asyncio.CancelledError:
            return False  # as aiokafka does
        return bool(await one_by_one(assignment, node, partitions))

    fetcher._update_fetch_positions = together  # noqa: SLF001


async def _set_committed(states: Iterable[Any]) -> None:
    """Set positions to the committed offsets; without a commit, to the beginning of the log."""
    asking = [state for state in states if not _has_position(state)]
    answers: list[OffsetAndMetadata] = await asyncio.gather(*(state.fetch_committed() for state in asking))
    for state, (offset, _) in zip(asking, answers, strict=True):
        if _has_position(state):
            continue  # a seek has set it meanwhile
        if offset == UNKNOWN_OFFSET:
            state.await_reset(OffsetResetStrategy.EARLIEST)
        else:
            state.reset_to(offset)


def _has_position(state: Any) -> bool:
    return bool(state.has_valid_position or state.awaiting_reset)


async def seek_to_committed(consumer: AIOKafkaConsumer) -> dict[TopicPartition, int | None]:
    """Seek every partition with a commit to it; return the committed offset of each, or None."""
    coordinator: Any = consumer._coordinator  # noqa: SLF001
    partitions = consumer.assignment()
    found = await coordinator.fetch_committed_offsets(list(partitions))
    committed = {tp: offset for tp, (offset, _) in found.items() if offset != UNKNOWN_OFFSET}
    for tp, offset in committed.items():
        if offset:
            consumer._fetcher.seek_to(tp, offset)  # noqa: SLF001
    return {tp: committed.get(tp) for tp in partitions}

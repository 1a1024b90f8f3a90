"""Where a consumer reads on: what its group has committed, of all partitions in one request.

aiokafka 0.14.0 asks for each partition by itself, one after the other, once when it finds its position and
again when it is sought there. A worker has dozens, and all of them stand still meanwhile.
"""

import asyncio
from collections.abc import Iterable
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.consumer.fetcher import UNKNOWN_OFFSET, OffsetResetStrategy
from aiokafka.structs import OffsetAndMetadata


def find_positions_together(consumer: AIOKafkaConsumer) -> None:
    """From its next assignment on."""
    fetcher: Any = consumer._fetcher  # noqa: SLF001
    one_by_one = fetcher._update_fetch_positions  # noqa: SLF001

    async def together(assignment: Any, node: int, partitions: Iterable[TopicPartition]) -> bool:
        try:
            await _take_committed([assignment.state_value(tp) for tp in partitions])
        except asyncio.CancelledError:
            return False  # as aiokafka does
        return bool(await one_by_one(assignment, node, partitions))

    fetcher._update_fetch_positions = together  # noqa: SLF001


async def _take_committed(states: Iterable[Any]) -> None:
    """Put partitions where the group has committed; what never was is read from its beginning."""
    asking = [state for state in states if not _is_placed(state)]
    answers: list[OffsetAndMetadata] = await asyncio.gather(*(state.fetch_committed() for state in asking))
    for state, (offset, _) in zip(asking, answers, strict=True):
        if _is_placed(state):
            continue  # sought to somewhere else meanwhile
        if offset == UNKNOWN_OFFSET:
            state.await_reset(OffsetResetStrategy.EARLIEST)
        else:
            state.reset_to(offset)


def _is_placed(state: Any) -> bool:
    return bool(state.has_valid_position or state.awaiting_reset)


async def seek_to_committed(consumer: AIOKafkaConsumer) -> dict[TopicPartition, int | None]:
    """Seek every partition to what was committed, and tell it; nothing committed leaves it where it is."""
    coordinator: Any = consumer._coordinator  # noqa: SLF001
    partitions = consumer.assignment()
    found = await coordinator.fetch_committed_offsets(list(partitions))
    committed = {tp: offset for tp, (offset, _) in found.items() if offset != UNKNOWN_OFFSET}
    for tp, offset in committed.items():
        if offset:
            consumer._fetcher.seek_to(tp, offset)  # noqa: SLF001
    return {tp: committed.get(tp) for tp in partitions}

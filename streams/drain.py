"""Is everything that was sent also done? Read from the logs and the group's commits, nothing else."""

from contextlib import AsyncExitStack
from typing import NamedTuple, Self

from aiokafka.structs import TopicPartition

from streams.engine.administering import administering
from streams.engine.commits import committed
from streams.engine.connection import Connection
from streams.engine.watermarks import end_offsets
from streams.topics import Topics


class Progress(NamedTuple):
    """How far the stages are."""

    done: int
    """Records committed, all stages' inputs together."""
    total: int
    """Records that lie in them."""
    drained: bool
    """Nothing is on its way: every input is committed and no log grew while that was read."""
    outputs: dict[tuple[str, int], int]
    """Ends of the output topics; a sink that has read to here has everything, if it is drained."""


class Drain:
    """Watches one generation of the stream on one broker.

    Every stage acks an input only after all it caused is out. So when the ends are read, then the commits
    are all at or above them, and then the ends are still the same, nothing can be on its way.
    """

    def __init__(self, connection: Connection, topics: Topics) -> None:
        self._topics = topics
        self._connection = connection
        self._open = AsyncExitStack()
        self._inputs = topics.inputs
        self._outputs = topics.outputs

    async def __aenter__(self) -> Self:
        self._admin = await self._open.enter_async_context(administering(self._connection))
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._open.aclose()

    async def _ends(self) -> dict[TopicPartition, int]:
        return await end_offsets(self._admin._client, self._inputs + self._outputs)  # noqa: SLF001

    async def progress(self) -> Progress:
        before = await self._ends()
        commits = await committed(self._admin, self._topics.app_id, self._inputs)
        after = await self._ends()
        total = done = 0
        behind = False
        for partition in self._inputs:
            end = before[partition]
            reached = commits.get(partition, 0)
            total += end
            done += min(reached, end)
            behind = behind or reached < end
        outputs = {(one.topic, one.partition): after[one] for one in self._outputs}
        return Progress(done, total, not behind and before == after, outputs)

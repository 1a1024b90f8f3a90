"""Progress of the stages past a cut through the inputs, from the logs and the group's commits."""

from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import AsyncExitStack, suppress
from itertools import islice
from typing import NamedTuple, Self

from aiokafka.errors import KafkaError
from aiokafka.structs import TopicPartition

from streams.engine.kafka.admin import admin_client, committed_offsets
from streams.engine.kafka.connection import Connection
from streams.engine.kafka.transactions import OpenTransaction, open_transactions
from streams.engine.kafka.watermarks import WatermarksError, end_offsets, watermarks
from streams.topics.names import PUBLIC_INPUTS, Topics

WATERMARKS_S = 5.0
"""How long the broker may take to list open transactions."""
MOST_NAMED = 3
"""Partitions named in a message."""


class Look(NamedTuple):
    """Commits of the stages and ends of the logs at one time."""

    commits: Mapping[TopicPartition, int]
    """Next offset to read of every input; absent where nothing is committed yet."""
    ends: Mapping[TopicPartition, int]
    """Offset of the next record of every input and output, each read after all commits."""


class Behind(NamedTuple):
    """Commit and end of a partition that a stage has not finished."""

    committed: int
    end: int


class Progress(NamedTuple):
    """Progress of all stages."""

    done: int
    """Records committed in all inputs together."""
    total: int
    """Records in all inputs; those above the cut do not count."""
    behind: Mapping[TopicPartition, Behind]
    """Partitions that are waited for now."""
    passed: bool
    """All that follows from the records below the cut is in the outputs."""
    outputs: Mapping[tuple[str, int], int]
    """Ends of the output topics once it has passed: a sink that has read so far has everything."""


class Cut:
    """The records in the public inputs at the first look, followed through the stages.

    The ends of a stage's input are noted and waited for until they are committed. A stage commits an input
    only after all its outputs are acknowledged, so these lie below the ends that the next stage's input has
    then; those are noted and waited for in turn. Each end is noted once: whatever is published meanwhile, the
    backlog that is waited for does not grow.

    There are two exceptions to this order, so everything is done twice (`order`):

    - An event in a wrong partition is sent again. Its copy is in the right partition, maybe above the end
      noted first, but below the one noted in the second round, and it is never sent again.
    - A revision of an enrollment, published after the cut, goes to `member` directly, and its answers through
      `journey`. Until they arrive, the member keeps its last statement, which may lack what was published
      before the cut. The answers to enrollments revised in the first round arrive in the second. (One that is
      revised again before they arrive waits for the next answers: its statement is late, but none is wrong.)
    """

    def __init__(self, topics: Topics) -> None:
        self._topics = topics
        self._order = deque(order(topics))
        self._awaited: dict[TopicPartition, int] = {}
        self._noted: dict[TopicPartition, int] = {}
        self._outputs: dict[tuple[str, int], int] | None = None

    def advance(self, look: Look) -> Progress:
        """Note and pass as many ends as one look allows: all of them if nothing is in progress."""
        while self._order and self._passes(look):
            self._order.popleft()
            self._awaited = {}
        if not self._order and self._outputs is None:
            self._outputs = {(one.topic, one.partition): look.ends[one] for one in self._topics.outputs}
        return self._progress(look)

    def _passes(self, look: Look) -> bool:
        """Whether the next topics are committed up to their ends, which are noted if they were not yet.

        Both may happen in one look: a commit at an end that was read after it leaves nothing in between.
        """
        if not self._awaited:
            inputs = (one for one in self._topics.inputs if one.topic in self._order[0])
            self._awaited = {one: look.ends[one] for one in inputs}
            self._noted |= self._awaited
        return not self._behind(look)

    def _behind(self, look: Look) -> dict[TopicPartition, Behind]:
        gaps = {one: Behind(look.commits.get(one, 0), end) for one, end in self._awaited.items()}
        return {one: gap for one, gap in gaps.items() if gap.committed < gap.end}

    def _progress(self, look: Look) -> Progress:
        """Neither figure ever decreases: an end noted later is not below the end of an earlier look."""
        bounds = {one: self._noted.get(one, look.ends[one]) for one in self._topics.inputs}
        done = sum(min(look.commits.get(one, 0), end) for one, end in bounds.items())
        passed = self._outputs is not None
        return Progress(done, sum(bounds.values()), self._behind(look), passed, self._outputs or {})


def order(topics: Topics) -> Iterator[tuple[str, ...]]:
    """Inputs in the order in which their ends are noted, each after the ones before are committed."""
    for _ in range(2):
        yield PUBLIC_INPUTS
        yield (topics.journey,)
        yield (topics.member,)
    yield (topics.tally,)


class Drain:
    """Reads the progress of one generation of the stream from one broker."""

    def __init__(self, connection: Connection, topics: Topics) -> None:
        self._topics = topics
        self._connection = connection
        self._open = AsyncExitStack()
        self._ends: dict[TopicPartition, int] = {}

    async def __aenter__(self) -> Self:
        self._admin = await self._open.enter_async_context(admin_client(self._connection))
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._open.aclose()

    async def look(self) -> Look:
        commits = await self._commits()
        client = self._admin._client  # noqa: SLF001
        ends = await end_offsets(client, self._topics.inputs + self._topics.outputs)
        self._ends = {one: max(end, self._ends.get(one, 0)) for one, end in ends.items()}
        return Look(commits, self._ends)

    async def _commits(self) -> dict[TopicPartition, int]:
        return await committed_offsets(self._admin, self._topics.app_id, self._topics.inputs)

    async def describe(self, behind: Mapping[TopicPartition, Behind]) -> str:
        """Message on the partitions that are waited for, and on open transactions that hold records back."""
        positions = (
            f"{one.topic}/{one.partition} is read to offset {gap.committed} of {gap.end}"
            for one, gap in islice(behind.items(), MOST_NAMED)
        )
        more = len(behind) - MOST_NAMED
        message = ", ".join(positions) + (f" (and {more} more)" if more > 0 else "")
        transactions = await self._open_transactions(behind)
        return f"{message}; {'; '.join(map(str, transactions))}" if transactions else message

    async def _open_transactions(self, behind: Mapping[TopicPartition, Behind]) -> list[OpenTransaction]:
        """Open transactions in these partitions; none if the broker does not list them."""
        client = self._admin._client  # noqa: SLF001
        with suppress(WatermarksError, KafkaError):
            return await open_transactions(client, await watermarks(client, behind, WATERMARKS_S))
        return []

"""Is everything that lay in the inputs at a cut also done? Read from the logs and the group's commits."""

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

TELLS_S = 5.0
"""How long the broker may take to say what holds records back."""
MOST_NAMED = 3
"""Partitions that a sentence names."""


class Look(NamedTuple):
    """How far the logs and the stages are."""

    commits: Mapping[TopicPartition, int]
    """Next offset to read of every input; absent where nothing is committed yet."""
    ends: Mapping[TopicPartition, int]
    """Offsets that the next records get, of inputs and outputs: each was read after all commits."""


class Behind(NamedTuple):
    """How far a stage has to go in a partition."""

    committed: int
    end: int


class Progress(NamedTuple):
    """How far the stages are."""

    done: int
    """Records committed, all stages' inputs together."""
    total: int
    """Records that lie in them; what came above the cut does not count."""
    behind: Mapping[TopicPartition, Behind]
    """What is waited for now."""
    passed: bool
    """All that follows from what lay below the cut is in the outputs."""
    outputs: Mapping[tuple[str, int], int]
    """Ends of the output topics when it had passed: a sink that has read to here has everything."""


class Cut:
    """What lies in the public inputs when the first look is taken, followed through the stages.

    The ends of a stage's input are noted and waited for until they are committed. A stage commits an input
    only after all that it caused is acknowledged, so what follows lies below the ends that the next stage's
    input has then; these are noted and waited for in turn. Each end is noted once: whatever is published
    meanwhile, the wait is for a backlog that does not grow.

    Two things leave that line, so all of it is gone through a second time (`order`):

    - An event in a foreign partition is put back. Its copy lies above the ends noted first, in its own
      partition, and so is never put back again: it is below the ends noted in the second round.
    - An enrollment that is revised above the cut goes to `member` at once, and the answers to it by way of
      `journey`. Between the two its member keeps its last statement, which may be older than the cut. What
      was revised before the first round is over has its answers in the second. (Revised again then, before
      they are there, it waits for the next ones: no statement is wrong, and that one comes late.)
    """

    def __init__(self, topics: Topics) -> None:
        self._topics = topics
        self._order = deque(order(topics))
        self._awaited: dict[TopicPartition, int] = {}
        self._noted: dict[TopicPartition, int] = {}
        self._outputs: dict[tuple[str, int], int] | None = None

    def advance(self, look: Look) -> Progress:
        """Note and pass as many ends as one look allows: all of them where nothing is under way."""
        while self._order and self._passes(look):
            self._order.popleft()
            self._awaited = {}
        if not self._order and self._outputs is None:
            self._outputs = {(one.topic, one.partition): look.ends[one] for one in self._topics.outputs}
        return self._progress(look)

    def _passes(self, look: Look) -> bool:
        """Ends of this look may be noted and found committed by it: its commits are the older ones."""
        if not self._awaited:
            inputs = (one for one in self._topics.inputs if one.topic in self._order[0])
            self._awaited = {one: look.ends[one] for one in inputs}
            self._noted |= self._awaited
        return not self._behind(look)

    def _behind(self, look: Look) -> dict[TopicPartition, Behind]:
        gaps = {one: Behind(look.commits.get(one, 0), end) for one, end in self._awaited.items()}
        return {one: gap for one, gap in gaps.items() if gap.committed < gap.end}

    def _progress(self, look: Look) -> Progress:
        """Neither figure ever falls: an end that is noted later is not below the one of an earlier look."""
        bounds = {one: self._noted.get(one, look.ends[one]) for one in self._topics.inputs}
        done = sum(min(look.commits.get(one, 0), end) for one, end in bounds.items())
        passed = self._outputs is not None
        return Progress(done, sum(bounds.values()), self._behind(look), passed, self._outputs or {})


def order(topics: Topics) -> Iterator[tuple[str, ...]]:
    """Inputs in the order in which their ends are noted, each when the ones before are committed."""
    for _ in range(2):
        yield PUBLIC_INPUTS
        yield (topics.journey,)
        yield (topics.member,)
    yield (topics.tally,)


class Drain:
    """Looks at one generation of the stream on one broker."""

    def __init__(self, connection: Connection, topics: Topics) -> None:
        self._topics = topics
        self._connection = connection
        self._open = AsyncExitStack()

    async def __aenter__(self) -> Self:
        self._admin = await self._open.enter_async_context(admin_client(self._connection))
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._open.aclose()

    async def look(self) -> Look:
        commits = await self._commits()
        client = self._admin._client  # noqa: SLF001
        return Look(commits, await end_offsets(client, self._topics.inputs + self._topics.outputs))

    async def _commits(self) -> dict[TopicPartition, int]:
        return await committed_offsets(self._admin, self._topics.app_id, self._topics.inputs)

    async def left(self, behind: Mapping[TopicPartition, Behind]) -> str:
        """What is waited for, in words: where the stages stand, and what keeps the records from them."""
        places = (
            f"{one.topic}/{one.partition} is read to offset {gap.committed} of {gap.end}"
            for one, gap in islice(behind.items(), MOST_NAMED)
        )
        more = len(behind) - MOST_NAMED
        told = ", ".join(places) + (f" (and {more} more)" if more > 0 else "")
        held_back = await self._held_back(behind)
        return f"{told}; {'; '.join(map(str, held_back))}" if held_back else told

    async def _held_back(self, behind: Mapping[TopicPartition, Behind]) -> list[OpenTransaction]:
        """Transactions that are open where the stages wait; nothing where the broker does not tell."""
        client = self._admin._client  # noqa: SLF001
        with suppress(WatermarksError, KafkaError):
            return await open_transactions(client, await watermarks(client, behind, TELLS_S))
        return []

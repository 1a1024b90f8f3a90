"""Pace at which events are let in: at once in a quiet stream, in batches in a busy one.

A fetch has a fixed price, and so has each flush that follows from it, in every stage on an event's way. So
events of a busy stream are taken in at intervals; all that follows from them is fetched at once, and passes
the stages as one batch. Each event waits for half an interval, once. To wait before every fetch instead
takes as much CPU time and delays an event once for each stage.
"""

import asyncio
from collections.abc import Callable, Collection
from math import ceil, exp
from time import monotonic
from types import MethodType
from typing import Any, Final

from aiokafka import AIOKafkaConsumer

MAX_INTERVAL_S: Final = 0.08
"""Longest time from one batch of events to the next."""
BUSY_EVENTS_PER_S: Final = 500.0
"""Rate from which on it is that long; below it is in proportion."""
MEMORY_S: Final = 0.5
"""Time over which the rate is averaged."""


class FetchPace:
    """Leaves topics with events out of the fetches of one consumer, until the next batch is due.

    Parameters
    ----------
    topics: that have events from outside.
    clock: seconds from any origin.
    """

    def __init__(self, topics: Collection[str], clock: Callable[[], float] = monotonic) -> None:
        self._topics = topics
        self._clock = clock
        self._rate = 0.0
        self._received_at = clock()

    def install_in(self, consumer: AIOKafkaConsumer) -> None:
        """Change the fetches of a started consumer just before aiokafka sends them."""
        fetcher: Any = consumer._fetcher  # noqa: SLF001
        as_it_is = fetcher._proc_fetch_request  # noqa: SLF001

        async def paced(_: Any, assignment: Any, node: int, request: Any) -> bool:
            if (wait_s := self.wait_s) > 0:
                others = [one for one in request.topics if one[0] not in self._topics]
                try:
                    await self._until_due(wait_s, request, others)
                except asyncio.CancelledError:
                    return False  # as aiokafka when it closes, or partitions are taken away
            return bool(await as_it_is(assignment, node, request))

        fetcher._proc_fetch_request = MethodType(paced, fetcher)  # noqa: SLF001

    async def _until_due(self, wait_s: float, request: Any, others: list[Any]) -> None:
        """Make a fetch one of the other topics, which ends when events are due; or wait if there are none."""
        if others:
            request._topics = others  # noqa: SLF001
            request._max_wait_ms = min(request._max_wait_ms, ceil(1_000 * wait_s))  # noqa: SLF001
        else:
            await asyncio.sleep(wait_s)

    def received(self, events: int) -> None:
        """Note the number of events that a fetch has brought."""
        if events:
            now = self._clock()
            self._rate = self._rate_at(now) + events / MEMORY_S
            self._received_at = now

    def _rate_at(self, now: float) -> float:
        return self._rate * exp((self._received_at - now) / MEMORY_S)

    @property
    def wait_s(self) -> float:
        """Time left until events may be fetched again."""
        now = self._clock()
        interval_s = MAX_INTERVAL_S * min(1.0, self._rate_at(now) / BUSY_EVENTS_PER_S)
        return self._received_at + interval_s - now

"""When a stage sends what it has to say, and when it makes its rows durable."""

import asyncio
from collections.abc import Callable
from typing import Any

CHECKPOINT_S, CHECKPOINT_MOST_S = 2.0, 10.0
"""Time after which what was folded must become durable: the second if checkpoints take long."""
CHECKPOINT_PART = 1 / 20
"""How much of the time checkpoints may take, unless the longest wait makes it more."""
SETTLE_S = 0.1
"""Time without a poll after which it becomes durable at once."""
LINGER_MOST_S = 0.25
"""Longest wait for more polls before a flush."""
UNSENT_RECORDS = 20_000
"""Records folded after which what they say is sent though more polls wait. Until a checkpoint it would be in
memory: 100 MB and more where a stage is as fast as it can be."""
FOLDED_BYTES = 256 << 20
"""Of values folded that make a checkpoint due: their rows may hold all of them."""


class Pace:
    """What waits to be sent and to become durable, and since when.

    After a flush a stage lingers for more polls, as long as that flush took. So a quiet one sends at once,
    and a busy one, whose polls come small as it is fast, says what changes three times once.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._lingers_until = 0.0
        self._checkpoint_s = CHECKPOINT_S
        self._not_durable_since: float | None = None
        self._not_durable_bytes = 0
        self.unsent = 0
        """Records folded whose outputs are not on their way."""

    def folded(self, records: int, value_bytes: int = 0) -> None:
        """They are neither sent nor durable."""
        self._not_durable_bytes += value_bytes
        if self._not_durable_since is None:
            self._not_durable_since = self._clock()
        self.unsent += records

    def sending(self) -> None:
        """All that was folded is on its way."""
        self.unsent = 0

    def sent(self, took_s: float) -> None:
        """It is acknowledged, so long after it was on its way."""
        self._lingers_until = self._clock() + min(took_s, LINGER_MOST_S)

    def checkpointed(self, took_s: float) -> None:
        """A row that changes again and again is written once: the more there is to write, the less often."""
        self._checkpoint_s = min(max(CHECKPOINT_S, took_s / CHECKPOINT_PART), CHECKPOINT_MOST_S)

    def acked(self) -> None:
        """Nothing is left to be made durable."""
        self.unsent, self._not_durable_since, self._not_durable_bytes = 0, None, 0

    @property
    def overdue(self) -> bool:
        """Whether something has not been durable for too long, or too much is not."""
        since = self._not_durable_since
        return since is not None and (
            self._clock() - since >= self._checkpoint_s or self._not_durable_bytes >= FOLDED_BYTES
        )

    @property
    def overfull(self) -> bool:
        """Whether too much waits to be sent."""
        return self.unsent >= UNSENT_RECORDS

    @property
    def lingers_s(self) -> float:
        """How long to wait for more polls before the next flush."""
        return self._lingers_until - self._clock()


async def within(seconds: float, coming: "asyncio.Future[Any]") -> bool:
    """Whether it has come, after so long at most."""
    if seconds > 0:
        await asyncio.wait({coming}, timeout=seconds)
    return coming.done()

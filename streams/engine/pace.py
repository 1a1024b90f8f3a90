"""Timing of a stage: when it sends its outputs, and when it makes its rows durable."""

import asyncio
from collections.abc import Callable
from typing import Any

CHECKPOINT_S, MAX_CHECKPOINT_S = 2.0, 10.0
"""Longest time until folded records must become durable: the first if checkpoints are quick, up to the second
if they take long."""
CHECKPOINT_SHARE = 1 / 20
"""Share of the time that checkpoints may take; more only where MAX_CHECKPOINT_S makes it so."""
SETTLE_S = 0.1
"""Time without a poll after which a checkpoint is made at once."""
MAX_LINGER_S = 0.25
"""Longest wait for more polls before a flush."""
MAX_UNSENT_RECORDS = 20_000
"""Records folded after which their outputs are sent even if more polls wait. Kept until the checkpoint, the
outputs would take 100 MB and more in a stage at full speed."""
MAX_FOLDED_BYTES = 256 << 20
"""Size of the values folded at which a checkpoint is due: their rows may hold all of them."""


class Pace:
    """Records that are not sent or not durable yet, and since when.

    After a flush a stage lingers for more polls as long as the flush took. So a quiet stage sends at once,
    and a busy one, whose polls are small, sends one output for several changes of a key.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._lingers_until = 0.0
        self._checkpoint_s = CHECKPOINT_S
        self._not_durable_since: float | None = None
        self._not_durable_bytes = 0
        self.unsent = 0
        """Records folded whose outputs were not sent yet."""

    def folded(self, records: int, value_bytes: int = 0) -> None:
        """Note records that are neither sent nor durable."""
        self._not_durable_bytes += value_bytes
        if self._not_durable_since is None:
            self._not_durable_since = self._clock()
        self.unsent += records

    def sending(self) -> None:
        """Note that the outputs of all folded records are being sent."""
        self.unsent = 0

    def sent(self, took_s: float) -> None:
        """Note that they are acknowledged, `took_s` after sending began."""
        self._lingers_until = self._clock() + min(took_s, MAX_LINGER_S)

    def checkpointed(self, took_s: float) -> None:
        """Make the next one wait in proportion: a row that changes often is then written less often."""
        self._checkpoint_s = min(max(CHECKPOINT_S, took_s / CHECKPOINT_SHARE), MAX_CHECKPOINT_S)

    def acked(self) -> None:
        """Note that everything is durable."""
        self.unsent, self._not_durable_since, self._not_durable_bytes = 0, None, 0

    @property
    def overdue(self) -> bool:
        """True if records have waited too long to become durable, or too many bytes of them wait."""
        since = self._not_durable_since
        return since is not None and (
            self._clock() - since >= self._checkpoint_s or self._not_durable_bytes >= MAX_FOLDED_BYTES
        )

    @property
    def must_flush(self) -> bool:
        """True if too many records wait to be sent."""
        return self.unsent >= MAX_UNSENT_RECORDS

    @property
    def lingers_s(self) -> float:
        """Time left to wait for more polls before the next flush."""
        return self._lingers_until - self._clock()


async def arrives_within(seconds: float, coming: "asyncio.Future[Any]") -> bool:
    """Wait for a future, at most so long; return whether it is done."""
    if seconds > 0:
        await asyncio.wait({coming}, timeout=seconds)
    return coming.done()

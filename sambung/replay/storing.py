"""Delivery to the store during a run, and waiting until the store has all its results."""

import asyncio
from collections.abc import AsyncIterator, Callable, Hashable
from contextlib import asynccontextmanager
from time import monotonic

from sinks.base import Positions
from streams.delivery import Apply, Delivery
from streams.drain import Behind, Cut, Drain, Progress
from streams.engine.stall import Stall, StalledError

LOOK_S = 0.5
"""Pause between two looks at the stages' progress; one costs the embedded broker some milliseconds."""
LAST_LOOKS_S = 0.1
"""The same near the end."""
NEAR_END_RATIO = 0.02
"""Part of all records that is left near the end."""
NEAR_END_RECORDS = 10_000
"""The same as a number, if that is larger: the stages process so many in a second."""
PATIENCE_S = 120.0
"""How long nothing may move; longer than a batch takes, and than a transaction stays open by default."""
RECOVERED_PER_S = 20_000
"""Changelog records per second that the slowest worker reads back; until it is done, it commits nothing."""


@asynccontextmanager
async def delivering(delivery: Delivery, apply: Apply[object]) -> AsyncIterator[None]:
    """Deliver for as long as the context is open; a failure of `apply` ends it.

    It ends between two batches: one that was read and not stored would be missing when delivery goes on.
    """
    ending = asyncio.Event()

    async def deliver() -> None:
        while not ending.is_set():
            await delivery.deliver(apply)

    async with asyncio.TaskGroup() as group:
        group.create_task(deliver())
        yield
        ending.set()


async def until_stored(
    drain: Drain,
    cut: Cut,
    applied: Callable[[], Positions],
    watch: Callable[[Progress], None],
    patience_s: float,
) -> None:
    """Return when the cut has passed all stages and the store has their outputs.

    Records published meanwhile are not waited for. `applied` returns the positions up to which the store has
    read the outputs, or raises when no worker runs; `watch` receives the progress. Raises StalledError if
    nothing has moved for `patience_s`: because of a stage, an open transaction that hides records, or the
    broker.
    """
    stall = Stall(monotonic())
    while True:
        positions = applied()
        progress = cut.advance(await drain.look())
        watch(progress)
        unread = _unread(progress, positions) if progress.passed else {}
        if progress.passed and not unread:
            return
        moving: Hashable = (frozenset(progress.behind.items()), frozenset(unread.items()))
        seconds = stall.seconds(monotonic(), "there is", moving)
        if seconds > patience_s:
            raise StalledError(await _sentence(drain, progress, seconds))
        await asyncio.sleep(_pause_s(progress))


def _unread(progress: Progress, positions: Positions) -> dict[tuple[str, int], Behind]:
    gaps = {log: Behind(positions[log], end) for log, end in progress.outputs.items()}
    return {log: gap for log, gap in gaps.items() if gap.committed < gap.end}


async def _sentence(drain: Drain, progress: Progress, seconds: float) -> str:
    if progress.passed:
        return (
            f"The broker has not delivered the output of the stages for {seconds:.0f} s. See whether it is "
            "well, and run it again."
        )
    return (
        f"No stage has got any further for {seconds:.0f} s, and there is work: "
        f"{await drain.describe(progress.behind)}. See that the broker and all workers are well, then run "
        "the same command again: nothing is counted twice."
    )


def _pause_s(progress: Progress) -> float:
    left = progress.total - progress.done
    return LAST_LOOKS_S if left <= max(NEAR_END_RECORDS, NEAR_END_RATIO * progress.total) else LOOK_S

"""Ends a process that has work and does none: its partitions go to others, and its starter starts it anew.

Progress is anything that moves: a record folded, an offset committed, a changelog record recovered. Work is
an input record that is not committed yet, a rebalance that is not over, or a broker that does not tell.
"""

import asyncio
from collections.abc import Hashable, Sequence
from time import monotonic
from typing import Any, Final

from streams.engine.checkpoint import Stage

LOOK_S: Final = 2.0
"""Time between two looks."""
ANSWER_S: Final = 10.0
"""How long the broker may take to tell where the logs end."""


class StalledError(Exception):
    """Nothing has moved for too long; the text says where the work lies."""


class Stall:
    """How long there has been work without progress.

    >>> stall = Stall(now=0.0)
    >>> stall.seconds(5.0, work="journey/0", progress=17), stall.seconds(9.0, work="journey/0", progress=17)
    (0.0, 4.0)
    >>> stall.seconds(10.0, work="journey/0", progress=18), stall.seconds(99.0, work="", progress=18)
    (0.0, 0.0)
    """

    def __init__(self, now: float) -> None:
        self._since = now
        self._progress: Hashable = None

    def seconds(self, now: float, work: str, progress: Hashable) -> float:
        """Seconds since something moved or nothing was left to do."""
        if not work or progress != self._progress:
            self._since, self._progress = now, progress
        return now - self._since


async def watch(app: Any, stages: Sequence[Stage], patience_s: float) -> None:
    """Raise StalledError when there was work and no progress for `patience_s` seconds; else never return."""
    stall = Stall(monotonic())
    while True:
        work = await _work(app)
        seconds = stall.seconds(monotonic(), work, _progress(app, stages))
        if seconds > patience_s:
            raise StalledError(f"Nothing has moved for {seconds:.0f} s, and there is work: {work}.")
        await asyncio.sleep(LOOK_S)


async def _work(app: Any) -> str:
    """What is to be done; an empty text when there is nothing."""
    if app.rebalancing:
        return "a rebalance is not over"
    consumer = app.consumer
    inputs = [tp for tp in consumer.assignment() if consumer.polls(tp)]
    try:
        async with asyncio.timeout(ANSWER_S):
            ends = await consumer.highwaters(*inputs) if inputs else {}
    except Exception as error:  # noqa: BLE001 - whatever it is: the broker does not answer
        return f"the broker does not tell where the logs end ({error!r})"
    behind = [tp for tp, end in ends.items() if _committed(consumer, tp) < end]
    return ", ".join(f"{tp.topic}/{tp.partition} from offset {_committed(consumer, tp)}" for tp in behind[:3])


def _committed(consumer: Any, tp: Any) -> int:
    return consumer._committed_offset[tp] or 0  # noqa: SLF001 - what Faust committed last


def _progress(app: Any, stages: Sequence[Stage]) -> Hashable:
    """Changes whenever something moves."""
    committed = frozenset(app.consumer._committed_offset.items())  # noqa: SLF001 - as above
    recovered = frozenset(app.tables.recovery.active_offsets.items())
    return committed, recovered, sum(stage.folded + stage.turns for stage in stages)

"""Work on many events in turns with other requests, and on large events beside them."""

import asyncio
from collections.abc import Callable, Iterable
from time import perf_counter
from typing import Final, TypeVar

Made = TypeVar("Made")

TURN_S: Final = 0.005
"""How long one request is worked on at a stretch, while others wait."""
LARGE_BYTES: Final = 64 * 1024
"""An event of so many may take seconds, if it is made for that: 1 MiB of empty objects."""


async def in_turns(makers: Iterable[Made]) -> list[Made]:
    """What an iterable makes, one after the other."""
    made: list[Made] = []
    turn_ends_s = perf_counter() + TURN_S
    for one in makers:
        made.append(one)
        if perf_counter() > turn_ends_s:
            await asyncio.sleep(0)
            turn_ends_s = perf_counter() + TURN_S
    return made


class Beside:
    """A thread for one piece of work at a time: several would leave the loop less of a processor."""

    def __init__(self) -> None:
        self._turn = asyncio.Lock()

    async def run(self, work: Callable[[], Made]) -> Made:
        async with self._turn:
            return await asyncio.to_thread(work)

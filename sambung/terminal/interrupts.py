"""Ends a run tidily: on Ctrl-C, SIGTERM or a closed terminal it puts its things away first."""

import asyncio
import signal
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any, TypeVar

from sambung.terminal.exits import Failed

Result = TypeVar("Result")

_ENDS = ("SIGINT", "SIGTERM", "SIGHUP")
"""By name: not every platform has all of them."""


class Stopped(Failed):
    """A signal asked for the end; the exit code is the one that shells give it."""


def run(work: Coroutine[Any, Any, Result], when_stopped: str) -> Result:
    """Like `asyncio.run`; raises Stopped with the sentence after a signal, when all is put away.

    A second signal cuts the putting away short.
    """
    heard: list[int] = []
    try:
        return asyncio.run(_listening(work, heard))
    except asyncio.CancelledError:
        if not heard:
            raise
        raise Stopped(128 + heard[0], when_stopped) from None


async def _listening(work: Coroutine[Any, Any, Result], heard: list[int]) -> Result:
    task = asyncio.current_task()
    assert task is not None  # noqa: S101  it runs this line

    def stop(number: int) -> None:
        heard.append(number)
        task.cancel()

    loop = asyncio.get_running_loop()
    for name in _ENDS:
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is not signal.SIG_IGN:  # nohup, or a shell's &
            with suppress(NotImplementedError):  # Windows: there Ctrl-C does what asyncio.run makes of it
                loop.add_signal_handler(number, stop, number)
    return await work

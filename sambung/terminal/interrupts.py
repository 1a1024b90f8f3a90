"""Cleans up before a run ends on Ctrl-C, SIGTERM or a closed terminal."""

import asyncio
import signal
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any, TypeVar

from sambung.terminal.exits import Failed

Result = TypeVar("Result")

_SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP")
"""Names, as not every platform has all of them."""


class Stopped(Failed):
    """A signal ended the run; the exit code is the one that shells use."""


def run(
    work: Coroutine[Any, Any, Result],
    when_stopped: str,
    loop_factory: Callable[[], asyncio.AbstractEventLoop] | None = None,
) -> Result:
    """Like `asyncio.run`; after a signal it cleans up and raises Stopped with the sentence.

    A second signal cuts the clean-up short.
    """
    received: list[int] = []
    try:
        with asyncio.Runner(loop_factory=loop_factory) as runner:
            return runner.run(_listening(work, received))
    except asyncio.CancelledError:
        if not received:
            raise
        raise Stopped(128 + received[0], when_stopped) from None


async def _listening(work: Coroutine[Any, Any, Result], received: list[int]) -> Result:
    task = asyncio.current_task()
    assert task is not None  # noqa: S101  it runs this line

    def stop(number: int) -> None:
        received.append(number)
        task.cancel()

    loop = asyncio.get_running_loop()
    for name in _SIGNALS:
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is not signal.SIG_IGN:  # nohup, or a shell's &
            with suppress(NotImplementedError):  # Windows, where asyncio.run handles Ctrl-C
                loop.add_signal_handler(number, stop, number)
    return await work

"""Runs calls that may block for ever in a thread that nobody has to wait for."""

import threading
from collections.abc import Callable
from typing import TypeVar

from sinks.own_thread import prepare_call

Result = TypeVar("Result")


async def in_daemon_thread(call: Callable[[], Result]) -> Result:
    """Await a call that blocks, for example a read of a pipe.

    A cancelled task and the end of the process abandon the thread; for asyncio's own threads they would wait.
    """
    work, answer = prepare_call(call)
    threading.Thread(target=work, daemon=True).start()
    return await answer

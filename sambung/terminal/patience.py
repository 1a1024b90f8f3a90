"""Calls that may block for ever, in a thread that nobody has to wait for."""

import threading
from collections.abc import Callable
from typing import TypeVar

from sinks.own_thread import prepare_call

Result = TypeVar("Result")


async def patiently(call: Callable[[], Result]) -> Result:
    """Await a call that blocks, a read of a pipe for example.

    A cancelled task goes on at once, and so does the end of the process: the thread is left where it is.
    asyncio's own threads would be waited for.
    """
    work, answer = prepare_call(call)
    threading.Thread(target=work, daemon=True).start()
    return await answer

"""Calls that may block for ever, in a thread that nobody has to wait for."""

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import TypeVar

Result = TypeVar("Result")


async def patiently(call: Callable[[], Result]) -> Result:
    """Await a call that blocks, a read of a pipe for example.

    A cancelled task goes on at once, and so does the end of the process: the thread is left where it is.
    asyncio's own threads would be waited for.
    """
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[Result] = loop.create_future()

    def work() -> None:
        try:
            say = partial(answer.set_result, call())
        except Exception as error:  # noqa: BLE001  it is raised where it is awaited
            say = partial(answer.set_exception, error)
        with suppress(RuntimeError):  # the loop is closed: nobody wants to know any more
            loop.call_soon_threadsafe(lambda: answer.done() or say())

    threading.Thread(target=work, daemon=True).start()
    return await answer

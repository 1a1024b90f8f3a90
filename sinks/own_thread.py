"""One thread for everything of a sink's, which nobody has to wait for when the process ends."""

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from queue import SimpleQueue
from typing import TypeVar

Result = TypeVar("Result")


class OwnThread:
    """Runs calls one after the other; a transaction that the end of the process cuts off never was."""

    def __init__(self, name: str) -> None:
        self._calls: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self._thread = threading.Thread(target=self._work, name=name, daemon=True)

    async def run(self, call: Callable[[], Result], timeout_s: float | None = None) -> Result:
        """Await a call. Raises TimeoutError; the call itself goes on then."""
        if not self._thread.is_alive():
            self._thread.start()
        work, answer = asked(call)
        self._calls.put(work)
        async with asyncio.timeout(timeout_s):
            return await answer

    def _work(self) -> None:
        while True:
            self._calls.get()()


def asked(call: Callable[[], Result]) -> tuple[Callable[[], None], "asyncio.Future[Result]"]:
    """A call for another thread to make, and its answer for the task that asks."""
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[Result] = loop.create_future()

    def work() -> None:
        try:
            say = partial(answer.set_result, call())
        except Exception as error:  # noqa: BLE001  it is raised where it is awaited
            say = partial(answer.set_exception, error)
        with suppress(RuntimeError):  # the loop is closed: nobody wants to know any more
            loop.call_soon_threadsafe(lambda: answer.done() or say())

    return work, answer

"""One thread for all calls of a sink, which does not hold up the end of the process."""

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from queue import SimpleQueue
from typing import TypeVar

Result = TypeVar("Result")


class OwnThread:
    """Runs calls one after the other; the end of the process rolls an open transaction back."""

    def __init__(self, name: str) -> None:
        self._calls: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self._thread = threading.Thread(target=self._work, name=name, daemon=True)

    async def run(self, call: Callable[[], Result], timeout_s: float | None = None) -> Result:
        """Await a call. Raises TimeoutError; the call then still runs to its end."""
        if not self._thread.is_alive():
            self._thread.start()
        work, answer = prepare_call(call)
        self._calls.put(work)
        async with asyncio.timeout(timeout_s):
            return await answer

    def _work(self) -> None:
        while True:
            self._calls.get()()


def prepare_call(call: Callable[[], Result]) -> tuple[Callable[[], None], "asyncio.Future[Result]"]:
    """Work for another thread, and the future of its result for the task that awaits it."""
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[Result] = loop.create_future()

    def work() -> None:
        try:
            resolve = partial(answer.set_result, call())
        except Exception as error:  # noqa: BLE001  it is raised where it is awaited
            resolve = partial(answer.set_exception, error)
        with suppress(RuntimeError):  # the loop is closed: nobody awaits the answer
            loop.call_soon_threadsafe(lambda: answer.done() or resolve())

    return work, answer

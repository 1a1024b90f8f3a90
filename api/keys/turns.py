"""Calls that come while one is running go together into the next: many waiters, one call at a time."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

Item = TypeVar("Item")
Answer = TypeVar("Answer")


class Turns(Generic[Item, Answer]):
    """Answers items by calls of many at once.

    When a call fails, whoever waits for a later one fails likewise: they have waited as long.
    """

    def __init__(self, run: Callable[[list[Item]], Awaitable[Sequence[Answer]]], most: int) -> None:
        """`run` gets at most `most` items and gives an answer for each, in their order."""
        self._run = run
        self._most = most
        self._waiting: list[tuple[Item, asyncio.Future[Answer]]] = []
        self._running: asyncio.Task[None] | None = None

    def ask(self, item: Item) -> asyncio.Future[Answer]:
        """To be awaited under `asyncio.shield` if others await the same one."""
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Answer] = loop.create_future()
        self._waiting.append((item, answer))
        if self._running is None:
            self._running = loop.create_task(self._serve())
        return answer

    async def _serve(self) -> None:
        turn: list[tuple[Item, asyncio.Future[Answer]]] = []
        try:
            while self._waiting:
                turn, self._waiting = self._waiting[: self._most], self._waiting[self._most :]
                answers = await self._run([item for item, _ in turn])
                for (_, answer), value in zip(turn, answers, strict=True):
                    if not answer.done():
                        answer.set_result(value)
        except Exception as error:  # noqa: BLE001  it is raised where it is awaited
            _fail([*turn, *self._waiting], error)
            self._waiting = []
        finally:
            self._running = None
            for _, answer in (*turn, *self._waiting):
                answer.cancel()  # those that are done stay as they are


def _fail(turn: Sequence[tuple[Item, asyncio.Future[Answer]]], error: Exception) -> None:
    for _, answer in turn:
        if not answer.done():
            answer.set_exception(error)
            answer.exception()  # nobody may be waiting for it

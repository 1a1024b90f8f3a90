"""Sends to one partition, one turn after the other: what waits meanwhile goes together into the next."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from api.ports import NotDurable
from streams.engine.kafka.sending import send
from streams.engine.records import KeyValue

MOST_TURN_BYTES: Final = 4 * 1024 * 1024


class Waiting(NamedTuple):
    """Records of one request."""

    run: list[KeyValue]
    size: int
    """Bytes of their keys and values."""
    durable: asyncio.Future[None]
    """Done when they are."""


class PartitionSender:
    def __init__(
        self,
        producer: AIOKafkaProducer,
        target: tuple[str, int],
        sent: Callable[[Exception | None], None],
    ) -> None:
        """`sent` is called after each turn, with its error if it failed."""
        self._producer = producer
        self._target = target
        self._sent = sent
        self._waiting: list[Waiting] = []
        self._running: asyncio.Task[None] | None = None
        self.waiting_bytes = 0

    def add(self, run: list[KeyValue]) -> asyncio.Future[None]:
        """Done when the run is durable; a KafkaError where it may not be."""
        loop = asyncio.get_running_loop()
        durable: asyncio.Future[None] = loop.create_future()
        waiting = Waiting(run, bytes_in(run), durable)
        self._waiting.append(waiting)
        self.waiting_bytes += waiting.size
        if self._running is None:
            self._running = loop.create_task(self._send_all())
        return durable

    def stop(self) -> None:
        if self._running is not None:
            self._running.cancel()

    async def _send_all(self) -> None:
        turn: list[Waiting] = []
        try:
            while self._waiting:
                turn = self._next_turn()
                await self._send_turn(turn)
        finally:
            self._running = None
            for one in (*turn, *self._waiting):
                _finish(one.durable, ConnectionError())
            self._waiting, self.waiting_bytes = [], 0

    def _next_turn(self) -> list[Waiting]:
        """Runs whose request has gone are left out."""
        turn: list[Waiting] = []
        size = 0
        while self._waiting and size < MOST_TURN_BYTES:
            one = self._waiting.pop(0)
            if one.durable.cancelled():
                self.waiting_bytes -= one.size
            else:
                turn.append(one)
                size += one.size
        return turn

    async def _send_turn(self, turn: list[Waiting]) -> None:
        records = [record for one in turn for record in one.run]
        error: Exception | None = None
        try:
            if records:
                await send(self._producer, {self._target: records})
        except (KafkaError, TimeoutError, OSError) as failure:
            error = failure
        self.waiting_bytes -= sum(one.size for one in turn)
        self._sent(error)
        for one in turn:
            _finish(one.durable, error)


def _finish(durable: asyncio.Future[None], error: Exception | None) -> None:
    if durable.done():
        return
    if error is None:
        durable.set_result(None)
    else:
        durable.set_exception(NotDurable(f"the broker refused it: {type(error).__name__}"))
        durable.exception()  # its request may have gone


def bytes_in(run: Sequence[KeyValue]) -> int:
    return sum([len(key) + len(value) for key, value, _ in run])

"""Writing to a store that is unavailable for a while, and errors that do not pass."""

import asyncio
import sqlite3
from collections.abc import Callable

import pytest
from sqlalchemy.exc import IntegrityError, OperationalError

from sambung.worker import store_writer
from sambung.worker.sink_messages import Away, Began, Message, Wrote
from sambung.worker.store_writer import StoreWriter, is_transient
from sinks.base import Applied, Batch, VersionClash
from streams import delivery as delivering
from streams.delivery import Delivery
from streams.engine.kafka.connection import Connection
from streams.engine.stall import StalledError
from streams.topics.names import Topics

FULL = OperationalError("INSERT", {}, sqlite3.OperationalError("database or disk is full"))


class OneBatch(Delivery):
    """Returns one batch, then nothing."""

    def __init__(self) -> None:
        super().__init__(Connection("127.0.0.1:1"), Topics("stream-g1", 1), 1, {})
        self.left = [Batch(1, positions={("credit", 0): 7})]
        self.at_end = asyncio.Event()

    async def read(self) -> Batch | None:
        if not self.left:
            self.at_end.set()
            await asyncio.Event().wait()
        return self.left.pop()


def written(monkeypatch: pytest.MonkeyPatch, apply: Callable[[Batch], Applied]) -> list[Message]:
    """Run until the batch is stored; return what was told."""
    monkeypatch.setattr(store_writer, "FIRST_RETRY_S", 0.0)
    told: list[Message] = []

    async def scenario() -> None:
        reading = OneBatch()
        writer = StoreWriter(reading, apply, told.append, lambda error: f"away: {error.__class__.__name__}")
        running = asyncio.ensure_future(writer.run())
        at_end = asyncio.ensure_future(reading.at_end.wait())
        await asyncio.wait({running, at_end}, return_when=asyncio.FIRST_COMPLETED)
        at_end.cancel()
        await reading._consumer.stop()
        if running.done():
            running.result()
        running.cancel()

    asyncio.run(scenario())
    return told


def failing(times: int, error: Exception) -> Callable[[Batch], Applied]:
    left = [error] * times

    def apply(_: Batch) -> Applied:
        if left:
            raise left.pop()
        return Applied(statements=3)

    return apply


def test_a_store_that_is_away_is_tried_until_it_is_back(monkeypatch: pytest.MonkeyPatch) -> None:
    *tries, wrote = written(monkeypatch, failing(2, FULL))
    assert tries == [Began(), Away("away: OperationalError"), Away("away: OperationalError")]
    assert isinstance(wrote, Wrote)
    assert (wrote.offsets, wrote.applied) == ([("credit", 0, 7)], Applied(statements=3))


@pytest.mark.parametrize(
    "error",
    [VersionClash("A member", 1), IntegrityError("INSERT", {}, sqlite3.IntegrityError("x"))],
    ids=lambda error: type(error).__name__,
)
def test_what_waiting_cannot_mend_is_raised_at_once(
    monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    with pytest.raises(type(error)):
        written(monkeypatch, failing(1, error))


@pytest.mark.parametrize(
    ("error", "passes"),
    [
        (FULL, True),
        (sqlite3.OperationalError("database is locked"), True),
        (sqlite3.DatabaseError("database disk image is malformed"), False),
        (
            OperationalError("SELECT", {}, sqlite3.OperationalError("attempt to write a readonly database")),
            True,
        ),
        (IntegrityError("INSERT", {}, sqlite3.IntegrityError("x"), connection_invalidated=True), True),
        (ValueError("x"), False),
    ],
)
def test_what_may_pass(error: Exception, *, passes: bool) -> None:
    assert is_transient(error) is passes


def test_a_store_that_neither_takes_a_batch_nor_fails_ends_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivering, "APPLY_S", 0.01)
    blocked = asyncio.Event  # never set: the thread is left behind

    def hang(_: Batch) -> Applied:
        asyncio.run(blocked().wait())
        raise AssertionError

    with pytest.raises(StalledError, match="more than 0 s for one batch"):
        written(monkeypatch, hang)

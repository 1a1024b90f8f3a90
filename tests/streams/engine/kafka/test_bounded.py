"""A task that was told to end ends, also when what it waited for kept that to itself."""

import asyncio
from contextlib import suppress

import pytest

from streams.engine.bounded import at_most, raise_if_cancelled
from streams.engine.kafka import admin as module
from streams.engine.kafka.admin import admin_client
from streams.engine.kafka.connection import Connection


class Deaf:
    """Closes as aiokafka's clients do: it takes any cancellation for that of a task of its own."""

    def __init__(self, **_: object) -> None:
        self.closing = asyncio.Event()

    async def start(self) -> None:
        """At once."""

    async def close(self) -> None:
        self.closing.set()
        with suppress(asyncio.CancelledError):
            await asyncio.sleep(30)


async def cancelled(task: "asyncio.Task[None]") -> bool:
    await asyncio.wait({task}, timeout=5)
    assert task.done()
    return task.cancelled()


def test_a_cancellation_that_was_swallowed_is_heeded_the_next_time_it_is_asked_for() -> None:
    async def scenario() -> None:
        deaf = Deaf()

        async def work() -> None:
            await deaf.close()
            raise_if_cancelled()
            raise AssertionError("it went on")

        task = asyncio.create_task(work())
        await deaf.closing.wait()
        task.cancel()
        assert await cancelled(task)

    asyncio.run(scenario())


def test_who_was_not_cancelled_goes_on_also_after_a_wait_that_was_cut_short() -> None:
    async def scenario() -> None:
        raise_if_cancelled()
        await at_most(0.01, Deaf().close)
        with suppress(TimeoutError):
            async with asyncio.timeout(0.01):
                await asyncio.sleep(30)
        raise_if_cancelled()

    asyncio.run(scenario())


def test_one_who_is_cancelled_while_its_client_closes_does_not_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "AIOKafkaAdminClient", Deaf)

    async def scenario() -> None:
        opened: list[Deaf] = []

        async def work() -> None:
            async with admin_client(Connection("127.0.0.1:1")) as admin:
                opened.append(admin)  # type: ignore[arg-type]
            raise AssertionError("it went on")

        task = asyncio.create_task(work())
        await asyncio.sleep(0)
        await opened[0].closing.wait()
        task.cancel()
        assert await cancelled(task)

    asyncio.run(scenario())

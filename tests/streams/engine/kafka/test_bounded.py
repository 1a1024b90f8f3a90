"""A cancelled task ends, even if the client that it waited for swallowed the cancellation."""

import asyncio
from contextlib import suppress

import pytest

from streams.engine.bounded import at_most, raise_if_cancelled
from streams.engine.kafka import admin as module
from streams.engine.kafka.admin import admin_client
from streams.engine.kafka.connection import Connection


class SwallowsCancellation:
    """A client that closes as aiokafka's do: it takes any cancellation for one of its own tasks'."""

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


def test_a_swallowed_cancellation_is_raised_at_the_next_check() -> None:
    async def scenario() -> None:
        client = SwallowsCancellation()

        async def work() -> None:
            await client.close()
            raise_if_cancelled()
            raise AssertionError("it went on")

        task = asyncio.create_task(work())
        await client.closing.wait()
        task.cancel()
        assert await cancelled(task)

    asyncio.run(scenario())


def test_a_task_that_was_not_cancelled_goes_on_also_after_a_timeout() -> None:
    async def scenario() -> None:
        raise_if_cancelled()
        await at_most(0.01, SwallowsCancellation().close)
        with suppress(TimeoutError):
            async with asyncio.timeout(0.01):
                await asyncio.sleep(30)
        raise_if_cancelled()

    asyncio.run(scenario())


def test_a_task_cancelled_while_its_client_closes_does_not_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "AIOKafkaAdminClient", SwallowsCancellation)

    async def scenario() -> None:
        opened: list[SwallowsCancellation] = []

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

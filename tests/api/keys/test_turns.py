"""Turns: one call at a time, with all that came meanwhile; a failure ends the waiting of everybody."""

import asyncio

import pytest

from api.keys.turns import Turns


class Calls:
    """Doubles numbers; each call ends when it is let go."""

    def __init__(self) -> None:
        self.made: list[list[int]] = []
        self.go = asyncio.Event()
        self.fails = False

    async def __call__(self, items: list[int]) -> list[int]:
        self.made.append(items)
        await self.go.wait()
        if self.fails:
            raise ConnectionError("away")
        return [2 * item for item in items]


async def settled() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


def test_those_who_come_meanwhile_share_the_next_call() -> None:
    async def talk() -> None:
        calls = Calls()
        turns = Turns(calls, most=3)
        first = turns.ask(1)
        await settled()
        others = [turns.ask(item) for item in (2, 3, 4, 5)]
        calls.go.set()
        assert await asyncio.gather(first, *others) == [2, 4, 6, 8, 10]
        assert calls.made == [[1], [2, 3, 4], [5]]
        assert await turns.ask(6) == 12

    asyncio.run(talk())


def test_a_failure_ends_the_waiting_of_everybody_and_not_the_turns() -> None:
    async def talk() -> None:
        calls = Calls()
        calls.fails = True
        turns = Turns(calls, most=1)
        asked = [turns.ask(item) for item in (1, 2, 3)]
        calls.go.set()
        for answer in asked:
            with pytest.raises(ConnectionError):
                await answer
        assert calls.made == [[1]]
        calls.fails = False
        assert await turns.ask(4) == 8

    asyncio.run(talk())


def test_who_gives_up_does_not_take_the_answer_from_others() -> None:
    async def talk() -> None:
        calls = Calls()
        turns = Turns(calls, most=9)
        turns.ask(0)
        await settled()
        given_up, other = turns.ask(1), turns.ask(2)
        given_up.cancel()
        calls.go.set()
        assert await other == 4

    asyncio.run(talk())


def test_a_failure_that_nobody_awaits_is_no_noise(caplog: pytest.LogCaptureFixture) -> None:
    async def talk() -> None:
        calls = Calls()
        calls.fails = True
        calls.go.set()
        Turns(calls, most=1).ask(1)
        await settled()

    asyncio.run(talk())
    assert caplog.records == []

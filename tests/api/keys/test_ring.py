"""The ring: how long a key is believed, by a clock of the test; that memory and queries are bounded."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest

from api.keys import remembered
from api.keys.key import Key, Scope, new_token
from api.keys.ring import KeyRing
from api.keys.table import add_key, revoke_key
from api.store import StoreAway, StoreReader
from sinks.store import open_side_writer, open_store
from tests.sinks.records import NOW_US

APP = Key("sleman-app", frozenset({Scope.PUBLISH_ENROLLMENT, Scope.READ_COUNTS}), ("34.04",))
Talk = Callable[["Scene"], Awaitable[None]]


class Scene:
    """A store with one key, a ring on it, and a clock that stands still."""

    def __init__(self, url: str) -> None:
        open_store(url).dispose()
        self.now_s, self.queries, self.away, self.slow_s = 1000.0, 0, False, 0.0
        self.token = new_token()
        self._writer = open_side_writer(url)
        with self._writer.begin() as connection:
            assert add_key(connection, APP, self.token, NOW_US)
        self._store = StoreReader(url, threads=1)
        self.ring = KeyRing(self, lambda: self.now_s)  # type: ignore[arg-type]

    async def read(self, query: Callable[..., Any]) -> Any:
        self.queries += 1
        await asyncio.sleep(self.slow_s)
        if self.away:
            raise StoreAway("no answer for 5 s")
        return await self._store.read(query)

    async def known(self) -> bool:
        return await self.ring.find(self.token) is not None

    async def at(self, now_s: float) -> bool:
        """Whether the key is taken then; what was asked in the background is answered before this returns."""
        self.now_s = 1000 + now_s
        taken = await self.known()
        await asyncio.gather(*self.ring._by_digest._pending.values(), return_exceptions=True)
        return taken

    def revoke(self) -> None:
        with self._writer.begin() as connection:
            assert revoke_key(connection, APP.name, NOW_US)

    def run(self, talk: Talk) -> None:
        asyncio.run(talk(self))  # type: ignore[arg-type]

    def close(self) -> None:
        self._store.close()
        self._writer.dispose()


@pytest.fixture
def scene(storeless: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Scene]:
    """Its store may take its time on a busy machine, unless a test says otherwise."""
    monkeypatch.setattr(remembered, "PATIENCE_S", 60.0)
    made = Scene(storeless)
    yield made
    made.close()


def test_a_key_is_found_as_it_was_made(scene: Scene) -> None:
    async def talk(scene: Scene) -> None:
        assert await scene.ring.find(scene.token) == APP

    scene.run(talk)


def test_a_stranger_is_not_found_and_no_text_of_another_form_asks_the_store(scene: Scene) -> None:
    async def talk(scene: Scene) -> None:
        for text in ("", "sb_", "Bearer x", scene.token + " ", scene.token[:-1]):
            assert await scene.ring.find(text) is None
        assert scene.queries == 0
        assert await scene.ring.find(new_token()) is None
        assert scene.queries == 1

    scene.run(talk)


def test_a_key_that_was_just_made_works_at_once(scene: Scene) -> None:
    async def talk(scene: Scene) -> None:
        assert await scene.known()
        other = new_token()
        with scene._writer.begin() as connection:
            add_key(connection, Key("other", frozenset()), other, NOW_US)
        assert await scene.ring.find(other) == Key("other", frozenset())

    scene.run(talk)


def test_a_busy_key_costs_a_query_a_second_for_which_nobody_waits(scene: Scene) -> None:
    async def talk(scene: Scene) -> None:
        for tenth in range(100):
            assert await scene.at(tenth / 10)
        assert 5 <= scene.queries <= 11

    scene.run(talk)


def test_a_revoked_key_opens_nothing_after_two_seconds(scene: Scene) -> None:
    async def talk(scene: Scene) -> None:
        assert await scene.at(0)
        scene.revoke()
        assert await scene.at(0.9)
        assert not await scene.at(2)

    scene.run(talk)


def test_an_idle_key_that_was_revoked_is_not_taken_again(scene: Scene) -> None:
    async def talk(scene: Scene) -> None:
        assert await scene.at(0)
        scene.revoke()
        assert not await scene.at(2.0)
        assert not await scene.at(2.1)
        assert scene.queries == 2

    scene.run(talk)


def test_a_known_key_works_for_five_seconds_without_the_store_and_no_longer(scene: Scene) -> None:
    async def talk(scene: Scene) -> None:
        assert await scene.at(0)
        scene.away = True
        for moment in (1, 2, 3, 4.9):
            assert await scene.at(moment)
        with pytest.raises(StoreAway):
            await scene.at(5)
        scene.away = False
        assert await scene.at(6)

    scene.run(talk)


def test_a_key_that_is_not_known_is_not_taken_without_the_store(scene: Scene) -> None:
    async def talk(scene: Scene) -> None:
        scene.away = True
        with pytest.raises(StoreAway):
            await scene.known()

    scene.run(talk)


def test_a_slow_store_holds_a_known_key_up_for_a_moment_only(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remembered, "PATIENCE_S", 0.01)

    async def talk(scene: Scene) -> None:
        assert await scene.at(0)
        scene.slow_s, scene.now_s = 1.0, 1003.0
        async with asyncio.timeout(0.5):
            assert await scene.known()

    scene.run(talk)


def test_the_moment_of_a_query_counts_and_not_that_of_its_answer(scene: Scene) -> None:
    """Else a slow answer would make a revoked key live longer."""

    async def talk(scene: Scene) -> None:
        asked = asyncio.ensure_future(scene.known())
        scene.slow_s = 0.05
        await asyncio.sleep(0.01)
        scene.now_s += 4.5
        assert await asked
        scene.revoke()
        scene.now_s += 0.5
        assert not await scene.known()

    scene.run(talk)


def test_many_who_ask_at_once_share_a_query(scene: Scene) -> None:
    async def talk(scene: Scene) -> None:
        found = await asyncio.gather(*(scene.ring.find(scene.token) for _ in range(500)))
        assert found == [APP] * 500
        assert scene.queries == 1
        guesses = await asyncio.gather(*(scene.ring.find(new_token()) for _ in range(500)))
        assert guesses == [None] * 500
        assert scene.queries <= 3

    scene.run(talk)


def test_guesses_fill_no_memory_and_push_no_key_out(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remembered, "MOST_REMEMBERED", 100)

    async def talk(scene: Scene) -> None:
        assert await scene.known()
        for _ in range(10):
            await asyncio.gather(*(scene.ring.find(new_token()) for _ in range(200)))
        asked = scene.queries
        assert await scene.known()
        assert scene.queries == asked
        assert len(scene.ring._by_digest._missing) == 100
        assert len(scene.ring._by_digest._there) == 1
        assert scene.ring._by_digest._pending == {}

    scene.run(talk)

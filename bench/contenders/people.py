"""People with a browser: each signs in, opens the live page again and again, and keeps its stream.

Standard input: one line of JSON (`Task`), then one line for each phase, after which one line of JSON (`Seen`)
is printed. `visits`: everybody opens the page every so many seconds. `herd`: everybody at one instant.
`back`: until everybody's stream, which the gateway has ended, is there again.
"""

import asyncio
import sys
from contextlib import suppress
from time import monotonic

import aiohttp
import msgspec

AGAIN_S = 2.0
"""Before a browser was told how long it waits."""
BACK_S = 60.0
MODELS = ("linear",) * 8 + ("first", "last")
LANGUAGES = ("id", "id", "id", "en")


class Task(msgspec.Struct):
    url: str
    key: str
    people: int
    pause_s: float
    """Between two visits of one person."""
    seconds: int
    """Of the phase `visits`."""


class Seen(msgspec.Struct):
    """Milliseconds from asking to the last byte of a page, or to the first message of a stream."""

    pages_ms: list[float] = []
    streams_ms: list[float] = []
    last_s: float = 0.0
    """Instant (CLOCK_MONOTONIC) of the last first message."""


class Person:
    def __init__(self, number: int, task: Task, session: aiohttp.ClientSession, seen: Seen) -> None:
        self._task = task
        self._session = session
        self.seen = seen
        self._view = {"lang": LANGUAGES[number % len(LANGUAGES)], "model": MODELS[number % len(MODELS)]}
        self._cookie: dict[str, str] = {}
        self._reading: asyncio.Task[None] | None = None
        self.reads = asyncio.Event()

    async def sign_in(self) -> None:
        url, form = f"{self._task.url}/sign-in", {"key": self._task.key}
        headers = {"Origin": self._task.url}
        async with self._session.post(url, data=form, headers=headers, allow_redirects=False) as answer:
            self._cookie = {"Cookie": answer.headers["Set-Cookie"].partition(";")[0]}

    async def see(self) -> None:
        began = monotonic()
        async with self._session.get(self._task.url, params=self._view, headers=self._cookie) as answer:
            await answer.read()
            if answer.status != 200 or b"data-part" not in await answer.read():
                raise SystemExit(f"That is no page: {answer.status}")
        self.seen.pages_ms.append(1_000 * (monotonic() - began))

    async def visit(self) -> None:
        await self.see()
        if self._reading:
            self._reading.cancel()
        self.reads.clear()
        self._reading = asyncio.create_task(self._read())
        await self.reads.wait()

    async def _read(self) -> None:
        while True:
            again_s = AGAIN_S
            with suppress(aiohttp.ClientError):
                again_s = await self._read_once()
            self.reads.clear()
            await asyncio.sleep(again_s)

    async def _read_once(self) -> float:
        began, again_s = monotonic(), AGAIN_S
        url = f"{self._task.url}/live"
        async with self._session.get(url, params=self._view, headers=self._cookie) as answer:
            async for text in answer.content.iter_any():
                if text.startswith(b"retry: "):
                    again_s = int(text[7:].split(b"\n")[0]) / 1_000
                if not self.reads.is_set() and b"event: part" in text:
                    self.seen.last_s = monotonic()
                    self.seen.streams_ms.append(1_000 * (self.seen.last_s - began))
                    self.reads.set()
        return again_s


async def main() -> None:
    task = msgspec.json.decode(sys.stdin.readline(), type=Task)
    seen = Seen()
    options = {
        "connector": aiohttp.TCPConnector(limit=0, force_close=True),
        "cookie_jar": aiohttp.DummyCookieJar(),
        "timeout": aiohttp.ClientTimeout(None),
    }
    async with aiohttp.ClientSession(**options) as session:  # type: ignore[arg-type]
        people = [Person(number, task, session, seen) for number in range(task.people)]
        for one in people:
            await one.sign_in()
            await one.visit()
        print("ready", flush=True)
        while phase := (await asyncio.to_thread(sys.stdin.readline)).strip():
            seen.pages_ms, seen.streams_ms = [], []
            await PHASES[phase](people, task)
            print(msgspec.json.encode(seen).decode(), flush=True)


async def visits(people: list[Person], task: Task) -> None:
    """One after the other at an even pace; a slow answer holds up nobody's next visit."""
    began, every_s = monotonic(), task.pause_s / len(people)
    async with asyncio.TaskGroup() as group:
        for number in range(round(task.seconds / every_s)):
            await asyncio.sleep(max(0.0, began + number * every_s - monotonic()))
            group.create_task(people[number % len(people)].visit())


async def herd(people: list[Person], _: Task) -> None:
    await asyncio.gather(*(one.see() for one in people))


async def back(people: list[Person], _: Task) -> None:
    async with asyncio.timeout(BACK_S):
        await asyncio.gather(*(one.reads.wait() for one in people))


PHASES = {"visits": visits, "herd": herd, "back": back}


if __name__ == "__main__":
    asyncio.run(main())

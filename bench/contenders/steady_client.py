"""A client that posts so many events per second, one by one, season after season, until it is killed.

Standard input: one line of JSON (`Posts`). A line that the gateway cannot take now is sent again.
"""

import asyncio
import sys
from collections.abc import Iterator
from contextlib import suppress
from itertools import count
from time import monotonic

import aiohttp
import msgspec

from bench.season import SEED
from sambung.season import simulate

AGAIN_S, MOST_TRIES = 1.0, 60


class Posts(msgspec.Struct):
    url: str
    key: str
    events_per_s: int


def lines() -> Iterator[bytes]:
    """Of seasons that are not in the store yet; some are broken, and refused."""
    for seed in count(int(SEED) + 1):
        for text in simulate("diy-2017", seed).lines():
            yield from (line for line in text.splitlines() if line.strip())


async def main() -> None:
    posts = msgspec.json.decode(sys.stdin.readline(), type=Posts)
    headers = {"Authorization": f"Bearer {posts.key}", "Content-Type": "application/x-ndjson"}
    began = None
    async with aiohttp.ClientSession(headers=headers) as session:
        for number, line in enumerate(lines()):
            began = began or monotonic()
            await asyncio.sleep(max(0.0, began + number / posts.events_per_s - monotonic()))
            await _send(session, f"{posts.url}/v1/events", line)


async def _send(session: aiohttp.ClientSession, url: str, line: bytes) -> None:
    for _ in range(MOST_TRIES):
        with suppress(aiohttp.ClientError):
            async with session.post(url, data=line) as answer:
                if answer.status not in {429, 503}:
                    return
        await asyncio.sleep(AGAIN_S)


if __name__ == "__main__":
    asyncio.run(main())

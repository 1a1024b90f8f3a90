"""A store that pages show, filled by a test, and a browser without screen and scripts, with its cookies."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from api.app import create_app
from api.gateway import Gateway
from tests.api.gateways import URL
from tests.reports.filled import Filled

Talk = Callable[[httpx.AsyncClient], Awaitable[None]]
HTML = {"Accept": "text/html", "Accept-Language": "en"}
HERE = {"Origin": URL}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Filled]:
    filled = Filled(f"sqlite:///{tmp_path}/store.db")
    yield filled
    filled.close()


@pytest.fixture
def app(gateway: Gateway) -> Iterator[FastAPI]:
    made = create_app(gateway)
    yield made
    made.state.reading.close()
    made.state.desk.close()


@pytest.fixture
def browse(app: FastAPI) -> Callable[[Talk], None]:
    """Talks to the application; cookies are kept."""

    def talk(of: Talk) -> None:
        async def run() -> None:
            transport = httpx.ASGITransport(app)
            async with httpx.AsyncClient(transport=transport, base_url=URL, headers=HTML) as client:
                await of(client)

        asyncio.run(run())

    return talk


@pytest.fixture
def signed_in(gateway: Gateway, browse: Callable[[Talk], None]) -> Callable[[Talk], None]:
    """The same with a session by a link."""

    def talk(of: Talk) -> None:
        async def run(client: httpx.AsyncClient) -> None:
            await client.post("/sign-in", data={"link": gateway.links.make()}, headers=HERE)
            await of(client)

        browse(run)

    return talk

"""A gateway in this process: a store in a file, a publisher that keeps all it gets, and a client of it."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, TypeVar

import httpx
from fastapi import FastAPI
from sqlalchemy import insert

from api.app import create_app
from api.gateway import Gateway
from api.keys.key import Scope, digest, new_token
from api.keys.ring import KeyRing
from api.ports import NotDurable, PublicRecord
from api.store import StoreReader
from models.places import Places
from models.settings import Settings
from models.tables.columns import table_of
from models.tables.gateway import ApiKeyRow
from sinks.store import open_store

Result = TypeVar("Result")

URL: Final = "http://gateway"


class Kept:
    """A publisher that keeps what it is given; with `away` nothing can be made durable."""

    def __init__(self) -> None:
        self.records: list[PublicRecord] = []
        self.away = ""

    async def publish(self, records: Sequence[PublicRecord]) -> None:
        if self.away:
            raise NotDurable(self.away)
        self.records += records

    @property
    def not_ready_reasons(self) -> list[str]:
        return [self.away] if self.away else []

    @property
    def warnings(self) -> list[str]:
        return []


def gateway(folder: Path, **changes: Any) -> Gateway:
    url = f"sqlite:///{folder}/sambung.db"
    open_store(url).dispose()
    return gateway_of_store(url, **changes)


def gateway_of_store(url: str, **changes: Any) -> Gateway:
    store = StoreReader(url)
    made = Gateway(
        settings=Settings(),
        places=Places.load(),
        publisher=Kept(),
        store=store,
        keys=KeyRing(store),
    )
    return replace(made, **changes)


def key(of: Gateway, name: str = "app", *scopes: Scope, places: str | None = None) -> str:
    """A new key in the store, with the scopes or else with all of them."""
    token = new_token()
    engine = open_store(of.store.url)
    with engine.begin() as connection:
        connection.execute(
            insert(table_of(ApiKeyRow)).values(
                name=name,
                digest=digest(token),
                scopes=",".join(sorted(scopes or Scope)),
                places=places,
                created_at=0,
            )
        )
    engine.dispose()
    return token


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def told_by(app: FastAPI, ask: Callable[[httpx.AsyncClient], Awaitable[Result]]) -> Result:
    """What a client gets that talks to an application directly."""

    async def talk() -> Result:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url=URL) as client:
            return await ask(client)

    return asyncio.run(talk())


def asked(of: Gateway, ask: Callable[[httpx.AsyncClient], Awaitable[Result]]) -> Result:
    """The same of a gateway's application."""
    return told_by(create_app(of), ask)

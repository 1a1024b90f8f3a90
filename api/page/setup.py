"""Adds the page to an application."""

import asyncio
from functools import partial
from typing import Final

from fastapi import FastAPI

from api.gateway import Gateway
from api.keys.sessions import Sessions
from api.page.desk import Desk
from api.page.hub import PageHub
from api.page.parts import Parts
from api.page.rendering import prepare
from api.page.routes import efforts, live, records, signing_in, static
from api.reading.reading import Reading

ROUTERS: Final = tuple(one.router for one in (efforts, live, records, signing_in, static))


def add_page(app: FastAPI, gateway: Gateway, reading: Reading) -> None:
    app.state.sessions = sessions = Sessions(gateway.keys)
    app.state.desk = desk = Desk(gateway, reading)
    app.state.parts = parts = Parts()
    app.state.live_pages = {}
    app.state.page_hub = hub = PageHub(sessions, desk, parts)
    gateway.at_start.extend((partial(asyncio.to_thread, prepare), desk.begin))
    gateway.at_stop.append(hub.stop)
    gateway.at_end.append(desk.close)
    for router in ROUTERS:
        app.include_router(router)

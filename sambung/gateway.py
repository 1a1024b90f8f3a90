"""The gateway's process: what its settings name is put together, checked and served."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Final, NamedTuple

import structlog
from sqlalchemy.exc import DBAPIError

from api.gateway import Gateway
from api.intake.rates import Rates
from api.intake.room import Room
from api.journal.publisher import JournalPublisher
from api.journal.writer import JournalWriter
from api.keys.ring import KeyRing
from api.ports import Backlog, Publisher
from api.publishing.backlog import KafkaBacklog
from api.publishing.kafka import KafkaPublisher
from api.serving.server import Listener, serve
from api.store import StoreReader
from api.watch import OtherRevision, Watch
from models.person_key import PersonKeyError
from models.person_key_setting import read_person_key
from models.places import Places
from models.settings import Settings
from sambung.health_port import At, health_port
from sambung.listening import Address, listener_at, url_of
from sambung.terminal.exits import Exit, Failed
from sinks.base import StoreError
from sinks.store import open_for_reading
from streams.engine.kafka.connection import Connection

log = structlog.get_logger()

MIB: Final = 1024 * 1024


class GatewayOptions(NamedTuple):
    database: str
    sends_to: Connection | Path
    """Kafka, or the folder of office mode's journal."""
    address: Address
    settings: Settings
    tell_link: Callable[[str], None] | None = None
    """Is given the address that signs a browser in once, as soon as the gateway listens."""


async def run(options: GatewayOptions) -> None:
    """Until stopped. Raises Failed, and StoreError for a store that it cannot use."""
    listener = listener_at(options.address, options.settings)
    async with AsyncExitStack() as stack:
        stack.callback(listener.socket.close)
        publisher = await stack.enter_async_context(_publisher(options.sends_to))
        _check_store(options.database)
        store = StoreReader(options.database)
        stack.callback(store.close)
        places = Places.load(options.settings.places)
        watch = Watch(store, places.digest)
        await _look_first(watch)
        backlog = await stack.enter_async_context(_backlog(options.sends_to, publisher, store))
        gateway = replace(_gateway(options, publisher, store, places, watch), backlog=backlog)
        await stack.enter_async_context(health_port(gateway, _health_at(options.settings)))
        log.info("gateway_starting", host=options.address.host, port=listener.socket.getsockname()[1])
        if options.tell_link is not None:
            options.tell_link(f"{url_of(listener, options.address.host)}/sign-in#{gateway.links.make()}")
        await _serve(gateway, watch, listener)


def _health_at(settings: Settings) -> At:
    return At(settings.health_host, settings.gateway_health_port, "SAMBUNG_GATEWAY_HEALTH_PORT")


def _gateway(
    options: GatewayOptions, publisher: Publisher, store: StoreReader, places: Places, watch: Watch
) -> Gateway:
    settings = options.settings
    return Gateway(
        settings,
        places,
        publisher,
        store,
        KeyRing(store),
        _person_key(settings),
        room=Room(settings.gateway_body_mebibytes * MIB),
        rates=Rates(settings.gateway_requests_per_minute),
        watch=watch,
    )


def _person_key(settings: Settings) -> bytes | None:
    try:
        return read_person_key(settings)
    except PersonKeyError as error:
        raise Failed(Exit.WRONG_USE, str(error)) from error


def _check_store(database: str) -> None:
    """Raises StoreError for one that is not this release's; one that is away may come back."""
    try:
        open_for_reading(database).dispose()
    except StoreError as error:
        if not isinstance(error.__cause__, DBAPIError):
            raise


async def _look_first(watch: Watch) -> None:
    try:
        await watch.look()
    except OtherRevision as error:
        raise Failed(Exit.WRONG_USE, str(error)) from error


async def _serve(gateway: Gateway, watch: Watch, listener: Listener) -> None:
    """Ends when the store is another release's."""
    serving = asyncio.create_task(serve(gateway, listener))
    watching = asyncio.create_task(watch.run())
    try:
        await asyncio.wait([serving, watching], return_when=asyncio.FIRST_COMPLETED)
    finally:
        serving.cancel()
        await asyncio.wait([serving])
        watching.cancel()
    if not serving.cancelled() and (error := serving.exception()):
        raise error
    if watching.done() and isinstance(watching.exception(), OtherRevision):
        raise Failed(Exit.SERVICE_MISSING, str(watching.exception()))


@asynccontextmanager
async def _backlog(
    sends_to: Connection | Path, publisher: Publisher, store: StoreReader
) -> AsyncIterator[Backlog | None]:
    """Office mode's gateway does not know the broker; its journal keeps what is not counted yet."""
    if isinstance(sends_to, Path):
        yield publisher if isinstance(publisher, JournalPublisher) else None
        return
    backlog = KafkaBacklog(sends_to, store)
    try:
        yield backlog
    finally:
        await backlog.close()


@asynccontextmanager
async def _publisher(sends_to: Connection | Path) -> AsyncIterator[Publisher]:
    if isinstance(sends_to, Path):
        journal = JournalPublisher(JournalWriter(sends_to))
        try:
            yield journal
        finally:
            await journal.close()
        return
    kafka = KafkaPublisher(sends_to)
    await kafka.start()
    try:
        yield kafka
    finally:
        await kafka.stop()

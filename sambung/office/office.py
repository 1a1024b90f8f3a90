"""The office: its folder, its processes, and what it says to whoever started it."""

import asyncio
import socket
from collections.abc import Callable, Sequence
from functools import partial
from typing import Final, NamedTuple

from api.journal.reader import JournalDamage, unsettled
from models.settings import Settings
from sambung.office import words
from sambung.office.alive import until_alive
from sambung.office.folder import OfficeFolder, locked
from sambung.office.logged_child import LoggedChild
from sambung.office.states import Counting, Damaged, Rebuilding, state_in
from sambung.office.supervisor import Say, Step, supervise
from sambung.terminal.exits import Exit, Failed, reason_of

LEAVE_OUT: Final = "--leave-out-damaged"
_SMALL: Final = {"SAMBUNG_PARTITIONS": "1", "MALLOC_ARENA_MAX": "2"}
"""One worker has all partitions: more of them, and of the C library's heaps, would only take memory."""


class Services(NamedTuple):
    """A Kafka cluster, and a store, of one's own."""

    broker: str
    database: str


class Address(NamedTuple):
    """Of the gateway."""

    host: str
    port: int
    plain_http: bool
    """Whether other machines may reach it without TLS."""


class OfficeOptions(NamedTuple):
    folder: OfficeFolder
    address: Address
    settings: Settings
    leave_out_damaged: bool = False
    """Go on without the records of the journal that cannot be read."""
    services: Services | None = None
    """In place of the embedded broker, the journal and the store in the folder."""
    on_terminal: bool = False
    """Whether people read what it says, who may see the link that signs a browser in."""


async def run(options: OfficeOptions, say: Say) -> None:
    """Never returns. Raises Failed, StoreError, and with services the errors of these."""
    folder = options.folder
    with locked(folder) as lock:
        check_port(options.address)
        folder.logs.mkdir(exist_ok=True)
        prepare = _prepare_folder if options.services is None else _prepare_services
        await prepare(options)
        say(words.beginning(folder))
        await supervise(_steps(options, lock, say), folder, say)


def check_port(address: Address) -> None:
    """Raises Failed if another program listens there."""
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    try:
        socket.create_server((address.host, address.port), family=family).close()
    except OSError as error:
        raise Failed(
            Exit.WRONG_USE,
            f"The gateway cannot listen at {address.host}:{address.port} ({reason_of(error)}). Name another "
            "address or port: --host, --port",
        ) from error


async def _prepare_folder(options: OfficeOptions) -> None:
    """Set up a new store. Raises StoreError where that is impossible, Failed for a damaged journal."""
    if not options.folder.has_store:
        from sinks.sql import SqlSink  # noqa: PLC0415  the gateway need not wait for it at every start

        SqlSink(options.folder.url).close()
    if options.leave_out_damaged:
        return
    try:
        unsettled(options.folder.journal)
    except JournalDamage as damage:
        raise Failed(Exit.WRONG_USE, f"{damage} {words.AFTER_DAMAGE}") from damage


async def _prepare_services(options: OfficeOptions) -> None:
    """Create topics and stream where they are not there yet."""
    assert options.services is not None  # noqa: S101  see `run`
    from sambung.connecting import connection_to  # noqa: PLC0415  as above
    from sambung.replay import replaying  # noqa: PLC0415
    from sambung.replay.running import RunOptions  # noqa: PLC0415
    from sambung.terminal.progress import reporter  # noqa: PLC0415

    broker, database = options.services
    connection = connection_to(broker, options.settings)
    with reporter() as report:
        await replaying.create_stream(RunOptions(database, connection, options.settings), report)


def _steps(options: OfficeOptions, lock: int, say: Say) -> Sequence[Step]:
    gateway = partial(_gateway, options, lock, say)
    if options.services is None:
        folder = options.folder
        return gateway("--journal", str(folder.journal), "--database", folder.url), _stream(
            options, lock, say
        )
    services = ("--broker", options.services.broker, "--database", options.services.database)
    return gateway(*services), _worker(options, lock, *services)


def _gateway(options: OfficeOptions, lock: int, say: Say, *sends_to: str) -> Step:
    folder, (host, port, plain_http) = options.folder, options.address
    address = ["--host", host, "--port", str(port), *["--plain-http"] * plain_http]
    bound = ["--until-stdin-closes", *["--tell-link"] * options.on_terminal]
    child = _child("gateway", folder, lock, ["serve", *sends_to, *address, *bound])
    child.hear = lambda line: say(words.live_page(line.decode().strip()))
    has_tls = options.settings.gateway_tls_cert_file is not None

    async def ready() -> None:
        await until_alive(host, port, has_tls=has_tls)
        database = folder.shown_url if options.services is None else "URL"
        say(words.gateway_ready(f"{'https' if has_tls else 'http'}://{host}:{port}", database))

    return Step(child, ready)


def _stream(options: OfficeOptions, lock: int, say: Say) -> Step:
    folder, counting = options.folder, asyncio.Event()
    arguments = ["office-stream", "--dir", str(folder.path), *[LEAVE_OUT] * options.leave_out_damaged]
    child = _child("stream", folder, lock, arguments)
    child.settings |= {**_SMALL, "TMPDIR": str(folder.state.absolute())}
    child.hear = partial(_hear, say, counting.set)
    return Step(child, lambda: _wait_for(counting))


def _worker(options: OfficeOptions, lock: int, *services: str) -> Step:
    folder = options.folder
    state = ["--data-dir", str(folder.state), "--until-stdin-closes"]
    return Step(
        _child("worker", folder, lock, ["worker", *services, *state]), lambda: _wait_for(asyncio.Event())
    )


def _child(name: str, folder: OfficeFolder, lock: int, arguments: Sequence[str]) -> LoggedChild:
    log = folder.logs / f"{name}.log"
    return LoggedChild(arguments=arguments, passed_on=(lock,), name=name, log=log)


async def _wait_for(event: asyncio.Event) -> None:
    await event.wait()


def _hear(say: Say, counting: Callable[[], None], line: bytes) -> None:
    match state_in(line):
        case Rebuilding():
            say(words.REBUILDING)
        case Counting() as state:
            counting()
            for sentence in words.counting(state):
                say(sentence)
        case Damaged(sentence):
            say(sentence)

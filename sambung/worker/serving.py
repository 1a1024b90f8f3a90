"""A worker process: the six stages and, unless somebody else does that, the way into the store."""

import asyncio
import os
import shutil
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import AsyncExitStack, closing, contextmanager
from pathlib import Path
from time import sleep
from typing import NamedTuple

import structlog

from models.settings import Settings
from sambung.causes import told
from sambung.following import Stream, durability_of, known
from sambung.stores.store_lock import StoreLock, store_lock
from sambung.terminal.exits import Exit, Failed
from sambung.worker.health import Health, listening
from sambung.worker.store_writer import StoreWriter
from sinks.sql import SqlSink
from streams import app
from streams.delivery import Delivery
from streams.engine.failures import describe_error
from streams.engine.kafka.connection import Connection
from streams.engine.stall import StalledError
from streams.metrics import Metrics

log = structlog.get_logger()

ANSWER_S = 60.0
"""How long the broker may take to say which cluster it is."""
LAST_WORDS_S = 5.0
"""How long a worker whose starter is gone may take to finish."""


class WorkerOptions(NamedTuple):
    database: str
    connection: Connection
    settings: Settings
    data_dir: Path
    """Where to keep state."""
    sink: bool
    """Whether to write the store."""


async def serve(duty: WorkerOptions) -> None:
    """Work until told to stop (SIGTERM, SIGINT); raises Failed where there is no stream to work on."""
    health = Health(Metrics())
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(
            listening(health, duty.settings.health_host, duty.settings.health_port)
        )
        store = stack.enter_context(closing(SqlSink(duty.database)))
        lock = stack.enter_context(store_lock(duty.database))
        if duty.sink:
            lock.share()
        stream = await _known(duty, store)
        health.state = state = duty.data_dir / stream.state
        config = app.WorkerConfig(
            duty.connection,
            stream.context,
            durability_of(duty.settings),
            state,
            duty.settings.session_timeout_s,
            duty.settings.patience_s,
        )
        log.info("worker_starting", generation=stream.context.generation, sink=duty.sink, state=str(state))
        await app.check_broker(config)
        if duty.sink:
            await _serve_with_sink(duty, config, store, lock, health)
        else:
            store.close()  # it has said which stream it follows, and nothing more is asked of it
            await app.run(config, health.metrics)


async def _known(duty: WorkerOptions, store: SqlSink) -> Stream:
    async with asyncio.timeout(ANSWER_S):
        stream = await known(duty.connection, store, duty.settings, duty.database)
    if duty.sink and stream.unfed:
        raise Failed(
            Exit.WRONG_USE,
            "This store's stream lacks what the store knows of before: its feeding was cut short. Do it "
            f"again: sambung topics create --broker {duty.connection.bootstrap} --database {duty.database}",
        )
    return stream


async def _serve_with_sink(
    duty: WorkerOptions, config: app.WorkerConfig, store: SqlSink, lock: StoreLock, health: Health
) -> None:
    def sentence(error: Exception) -> str:
        return (told(error, duty.database, duty.connection.bootstrap) or (0, type(error).__name__))[1]

    delivery = Delivery(
        duty.connection, config.context.topics, config.context.generation, dict(store.positions())
    )
    await delivery.start()
    health.writer = writer = StoreWriter(delivery, lock.guarded(store.apply), health.metrics, sentence)
    delivering = asyncio.create_task(_deliver(writer, duty))
    try:
        await app.run(config, health.metrics, writer)
    finally:
        delivering.cancel()
        await delivery.stop()


async def _deliver(writer: StoreWriter, duty: WorkerOptions) -> None:
    try:
        await writer.run()
    except StalledError as error:
        app.end_process("store", error)
    except Exception as error:  # noqa: BLE001 - a failing sink ends the process, whatever the reason
        foreseen = told(error, duty.database, duty.connection.bootstrap)
        if foreseen is None:  # what it says of itself may quote what it failed on
            app.end_process("store", RuntimeError(f"The store's sink failed ({describe_error(error)})."))
        code, sentence = foreseen
        log.critical("stopped", where="store", error=sentence)
        sys.stderr.flush()
        os._exit(code)


@contextmanager
def bound_to_starter(data_dir: Path) -> Iterator[None]:
    """When standard input closes, the starter is gone: end, and remove the state, which nobody needs."""
    left = threading.Event()
    threading.Thread(target=_end_when_left, args=(data_dir, left), daemon=True).start()
    try:
        yield
    finally:
        if left.is_set():
            shutil.rmtree(data_dir, ignore_errors=True)


def _end_when_left(data_dir: Path, left: threading.Event) -> None:
    while os.read(sys.stdin.fileno(), 1):
        pass
    left.set()
    if signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL:  # it works already, and can finish in order
        os.kill(os.getpid(), signal.SIGTERM)
        sleep(LAST_WORDS_S)
    shutil.rmtree(data_dir, ignore_errors=True)
    os._exit(Exit.SERVICE_MISSING)

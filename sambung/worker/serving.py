"""A worker process: the six stages and, unless another worker does it, delivery to the store."""

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
from sambung.causes import Explanation, explain_library_error
from sambung.following import Stream, durability_of, existing_stream
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
"""Timeout for the broker's cluster id."""
STOP_S = 5.0
"""How long a worker may take to stop when the process that started it is gone."""


class WorkerOptions(NamedTuple):
    database: str
    connection: Connection
    settings: Settings
    data_dir: Path
    """Folder for state."""
    sink: bool
    """Also deliver to the store."""


async def serve(options: WorkerOptions) -> None:
    """Work until SIGTERM or SIGINT. Raises Failed if the store has no stream on the broker."""
    health = Health(Metrics())
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(
            listening(health, options.settings.health_host, options.settings.health_port)
        )
        store = stack.enter_context(closing(SqlSink(options.database)))
        lock = stack.enter_context(store_lock(options.database))
        if options.sink:
            lock.share()
        stream = await _fed_stream(options, store)
        health.state = state = options.data_dir / stream.state
        config = app.WorkerConfig(
            options.connection,
            stream.context,
            durability_of(options.settings),
            state,
            options.settings.session_timeout_s,
            options.settings.patience_s,
        )
        log.info("worker_starting", generation=stream.context.generation, sink=options.sink, state=str(state))
        await app.check_broker(config)
        if options.sink:
            await _serve_with_sink(options, config, store, lock, health)
        else:
            store.close()  # read once, for the stream that it follows
            await app.run(config, health.metrics)


async def _fed_stream(options: WorkerOptions, store: SqlSink) -> Stream:
    async with asyncio.timeout(ANSWER_S):
        stream = await existing_stream(options.connection, store, options.settings, options.database)
    if options.sink and stream.unfed:
        raise Failed(
            Exit.WRONG_USE,
            "This store's stream lacks what the store knows of before: its feeding was cut short. Do it "
            f"again: sambung topics create --broker {options.connection.bootstrap} "
            f"--database {options.database}",
        )
    return stream


async def _serve_with_sink(
    options: WorkerOptions, config: app.WorkerConfig, store: SqlSink, lock: StoreLock, health: Health
) -> None:
    def describe(error: Exception) -> str:
        foreseen = _explain(error, options)
        return type(error).__name__ if foreseen is None else foreseen[1]

    delivery = Delivery(
        options.connection, config.context.topics, config.context.generation, dict(store.positions())
    )
    await delivery.start()
    health.writer = writer = StoreWriter(delivery, lock.guarded(store.apply), health.metrics, describe)
    delivering = asyncio.create_task(_deliver(writer, options))
    try:
        await app.run(config, health.metrics, writer)
    finally:
        delivering.cancel()
        await delivery.stop()


async def _deliver(writer: StoreWriter, options: WorkerOptions) -> None:
    try:
        await writer.run()
    except StalledError as error:
        app.end_process("store", error)
    except Exception as error:  # noqa: BLE001 - a failing sink ends the process, whatever the reason
        foreseen = _explain(error, options)
        if foreseen is None:  # its own text may quote personal data
            app.end_process("store", RuntimeError(f"The store's sink failed ({describe_error(error)})."))
        code, sentence = foreseen
        log.critical("stopped", where="store", error=sentence)
        sys.stderr.flush()
        os._exit(code)


def _explain(error: Exception, options: WorkerOptions) -> Explanation | None:
    return explain_library_error(error, options.database, options.connection.bootstrap)


@contextmanager
def bound_to_starter(data_dir: Path) -> Iterator[None]:
    """When standard input closes, the process that started this one is gone: end, and remove the state."""
    closed = threading.Event()
    threading.Thread(target=_end_when_input_closes, args=(data_dir, closed), daemon=True).start()
    try:
        yield
    finally:
        if closed.is_set():
            shutil.rmtree(data_dir, ignore_errors=True)


def _end_when_input_closes(data_dir: Path, closed: threading.Event) -> None:
    while os.read(sys.stdin.fileno(), 1):
        pass
    closed.set()
    if signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL:  # `serve` is running and can stop in order
        os.kill(os.getpid(), signal.SIGTERM)
        sleep(STOP_S)
    shutil.rmtree(data_dir, ignore_errors=True)
    os._exit(Exit.SERVICE_MISSING)

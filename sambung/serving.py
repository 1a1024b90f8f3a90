"""A worker process: the six stages and, unless somebody else does that, the way into the store."""

import asyncio
import os
import shutil
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from time import sleep
from typing import NamedTuple

from models.settings import Settings
from sambung.causes import told
from sambung.errors import Exit, Failed
from sambung.following import known
from sambung.store_lock import store_lock
from sinks.sql import SqlSink
from streams import app
from streams.delivery import Delivery

LAST_WORDS_S = 5.0
"""How long a worker whose starter is gone may take to finish."""


class Duty(NamedTuple):
    database: str
    broker: str
    settings: Settings
    data_dir: Path
    """Where to keep state."""
    sink: bool
    """Whether to write the store."""


async def serve(duty: Duty) -> None:
    """Work until told to stop (SIGTERM, SIGINT); raises Failed where there is no stream to work on."""
    with ExitStack() as stack:
        store = stack.enter_context(closing(SqlSink(duty.database)))
        if duty.sink:
            stack.enter_context(store_lock(duty.database)).share()
        stream = await known(duty.broker, store, duty.settings, duty.database)
        state = duty.data_dir / stream.state
        config = app.WorkerConfig(
            duty.broker, stream.world, state, duty.settings.session_timeout_s, duty.settings.patience_s
        )
        if not duty.sink:
            await app.run(config)
            return
        if stream.unfed:
            raise Failed(
                Exit.WRONG_USE,
                "This store's stream lacks what the store knows of before: its feeding was cut short. Do it "
                f"again: sambung topics create --broker {duty.broker} --database {duty.database}",
            )
        await _serve_with_sink(duty, config, store)


async def _serve_with_sink(duty: Duty, config: app.WorkerConfig, store: SqlSink) -> None:
    delivery = Delivery(duty.broker, config.world.topics, config.world.generation, dict(store.positions()))
    await delivery.start()
    delivering = asyncio.create_task(_deliver(delivery, store, duty))
    try:
        await app.run(config)
    finally:
        delivering.cancel()
        await delivery.stop()


async def _deliver(delivery: Delivery, store: SqlSink, duty: Duty) -> None:
    try:
        while True:
            await delivery.deliver(store.apply)
    except Exception as error:  # noqa: BLE001 - a failing sink ends the process, whatever the reason
        foreseen = told(error, duty.database, duty.broker)
        if foreseen is None:
            app.end_process("sink", error)
        code, sentence = foreseen
        print(sentence, file=sys.stderr, flush=True)  # noqa: T201  the last words of a process
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

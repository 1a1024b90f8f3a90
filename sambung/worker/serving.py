"""A worker: the six stages in this process and, unless another worker has it, a sink process."""

import asyncio
import os
import sys
from contextlib import AsyncExitStack, closing
from pathlib import Path
from typing import NamedTuple

import structlog

from models.settings import Settings
from sambung.following import Stream, durability_of, stream_of_worker
from sambung.health_port import At, health_port
from sambung.terminal.child import Child
from sambung.terminal.exits import Failed
from sambung.worker.health import Health
from sambung.worker.sink_process import SinkProcess
from sinks.sql import SqlSink
from streams import app
from streams.engine.kafka.connection import Connection
from streams.metrics import Metrics

log = structlog.get_logger()


class WorkerOptions(NamedTuple):
    database: str
    connection: Connection
    settings: Settings
    data_dir: Path
    """Folder for state."""
    compact: bool = False
    """Take less memory."""


async def serve(options: WorkerOptions, sink: Child | None) -> None:
    """Work until SIGTERM, SIGINT or SIGHUP. Raises Failed if the store has no stream on the broker.

    `sink` is the sink process, started; None if another worker writes the store.
    """
    health = Health(Metrics())
    at = At(options.settings.health_host, options.settings.health_port, "SAMBUNG_HEALTH_PORT")
    async with health_port(health, at), AsyncExitStack() as stack:
        if sink is not None:
            health.sink = await stack.enter_async_context(SinkProcess(sink, health.metrics.store))
        stream = await _stream(options)
        health.state = state = options.data_dir / stream.state
        config = app.WorkerConfig(
            options.connection,
            stream.context,
            durability_of(options.settings),
            state,
            options.settings.session_timeout_s,
            options.settings.patience_s,
            options.compact,
        )
        generation = stream.context.generation
        log.info("worker_starting", generation=generation, sink=sink is not None, state=str(state))
        await app.check_broker(config)
        if health.sink is not None:
            await health.sink.until_at_work(generation)
            stack.callback(asyncio.create_task(_end_with(health.sink)).cancel)
        await app.run(config, health.metrics, health.sink)


async def _stream(options: WorkerOptions) -> Stream:
    with closing(SqlSink(options.database)) as store:
        return await stream_of_worker(options.connection, store, options.settings, options.database)


async def _end_with(sink: SinkProcess) -> None:
    """When the sink process has ended by itself or cannot be tended, end this one with nothing more acked."""
    try:
        await sink.until_failed()
    except Failed as failed:
        log.critical("stopped", where="store", error=str(failed))
        sys.stderr.flush()
        os._exit(failed.code)
    except Exception as error:  # noqa: BLE001  nobody would read what it tells, or start it again
        app.end_process("store", error)

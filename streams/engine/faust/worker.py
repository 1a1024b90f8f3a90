"""A worker process: its stages on one Faust application, until it is stopped or something fails."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from time import monotonic
from typing import Any, NoReturn

import faust
import structlog
from aiokafka import AIOKafkaProducer

from streams.engine.bounded import at_most
from streams.engine.checkpoint import Stage
from streams.engine.failures import FoldError, trace
from streams.engine.faust.kafka_ports import KafkaPorts
from streams.engine.faust.transport import PollSchema
from streams.engine.faust.watchdog import StoreDelivery, Watchdog
from streams.engine.kafka.connection import Connection
from streams.engine.kafka.sending import Turns, new_producer, send
from streams.engine.observing import Observer
from streams.engine.ports import StageSpec
from streams.engine.rows import CACHED_GROUPS
from streams.engine.stall import StalledError

SENDING_START_S = 60.0
"""Timeout for starting all producers."""
SENDING_STOP_S = 10.0
"""Timeout for stopping all producers."""
POLLS_RECOVERED = 2
"""Changelog polls per write to RocksDB on recovery; with 1, Faust goes on reading after recovery."""

log = structlog.get_logger()


class Worker:
    """The stages of one process on one Faust application."""

    def __init__(
        self, app: faust.App, *, connection: Connection, partitions: int, observer: Observer | None = None
    ) -> None:
        self._app = app
        self._connection = connection
        self._partitions = partitions
        self._observer = observer
        self._up = False
        self._turns = Turns()
        self.watchdog: Watchdog | None = None
        self.producers: dict[str, AIOKafkaProducer] = {}
        """By stage: a producer has one request at a time in flight, and stages would wait for each other."""
        self.stages: list[Stage] = []
        app.on_partitions_revoked.connect(self._drop, weak=False)

    async def _drop(self, *_: object, **__: object) -> None:
        for stage in self.stages:
            stage.drop()

    def add(self, spec: StageSpec) -> None:
        """Register a stage: its topic, its table, its agent."""
        app = self._app
        table = app.Table(
            spec.name,
            partitions=self._partitions,
            schema=PollSchema(),
            key_type=bytes,
            value_type=bytes,
            recovery_buffer_size=POLLS_RECOVERED,
        )
        topic = app.topic(spec.topic, schema=PollSchema(), partitions=self._partitions)

        async def run(stream: Any) -> None:
            await self._run(spec, table, stream)

        app.agent(topic, name=spec.name, concurrency=1)(run)

    @asynccontextmanager
    async def sending(self) -> AsyncIterator[None]:
        """Run the stages' producers for a block, in which the application is started.

        Raises TimeoutError or KafkaError when they cannot connect.
        """
        client = self._app.conf.id
        self.producers = {
            stage: new_producer(self._connection, f"{client}-{stage}") for stage in self._app.tables
        }
        producers = self.producers.values()
        try:
            async with asyncio.timeout(SENDING_START_S):
                await asyncio.gather(*(producer.start() for producer in producers))
            yield
        finally:
            await at_most(SENDING_STOP_S, lambda: asyncio.gather(*(one.stop() for one in producers)))

    @property
    def not_ready_reasons(self) -> list[str]:
        """Why it does not process records; empty when it has partitions or waits for an assignment."""
        if not self._up:
            return ["the stages have not started, or their rows are being recovered"]
        reasons = ["partitions are being shared out, or rows recovered"] if self._app.rebalancing else []
        thread = self._app.consumer._thread  # noqa: SLF001
        silent_s = monotonic() - thread.last_heartbeat
        if silent_s > self._app.conf.broker_session_timeout:
            reasons.append("the group has answered no heartbeat for longer than a session")
        if self.watchdog is None or self.watchdog.lags_unknown:
            reasons.append("the broker does not tell where the logs end")
        return reasons

    async def run_until(
        self, stopping: asyncio.Event, patience_s: float, delivery: StoreDelivery | None = None
    ) -> None:
        """Start the application; return when `stopping` is set.

        If a part of it crashes, or there is work and no progress for `patience_s` seconds, the process ends.
        Faust alone would log the crash and go on without reading, with its partitions still assigned.
        """
        self.watchdog = Watchdog(self._app, self.stages, patience_s, delivery)
        watching = asyncio.create_task(_watch(self.watchdog))
        try:
            await self._app.start()  # returns when rows are recovered; only the watchdog bounds that
            self._up = True
            log.info("worker_started", app=self._app.conf.id)
            if await self._app.wait_for_stopped(stopping):
                end_process("Faust", self._app.crash_reason or RuntimeError("It stopped without being told."))
        finally:
            watching.cancel()

    async def _run(self, spec: StageSpec, table: Any, stream: Any) -> None:
        send_one = self._turns.send if self._connection.takes_turns else send
        sending = partial(send_one, self.producers[spec.name])
        ports = KafkaPorts(
            self._app, table, sending, connection=self._connection, partitions=self._partitions
        )
        share = CACHED_GROUPS // len(self._app.tables)
        stage = Stage(spec, ports, observer=self._observer, cached_groups=share)
        self.stages.append(stage)
        try:
            await self._loop(stage, stream.channel.queue)
        except asyncio.CancelledError:
            raise
        except StopAsyncIteration:
            return  # Faust throws it into the queue of an agent that is to stop
        except Exception as error:  # noqa: BLE001 - after any error the process must not go on
            end_process(f"stage {spec.name}", error)
        finally:
            self.stages.remove(stage)

    async def _loop(self, stage: Stage, queue: Any) -> None:
        """Take polls directly from the agent's queue.

        Faust's stream lets all other tasks run before each of them, which in a busy worker takes longer than
        folding it, and acks those that it skips in a rebalance.
        """
        consumer, flow = self._app.consumer, self._app.flow_control
        while True:
            event = await (queue.get() if not queue.empty() else _next_poll(queue, stage))
            message = event.message
            if flow.is_active() and message.generation_id == self._app.consumer_generation_id:
                consumer.track_message(message)
                await stage.feed(message.partition, event.value, event.ack)
            await stage.checkpoint_if_due()


async def _next_poll(queue: Any, stage: Stage) -> Any:
    """Wait for the next poll; meanwhile the stage may flush or checkpoint."""
    coming = asyncio.ensure_future(queue.get())
    try:
        await stage.on_idle(coming)
        return await coming
    finally:
        coming.cancel()


async def _watch(watchdog: Watchdog) -> None:
    try:
        await watchdog.watch()
    except StalledError as error:
        end_process("watchdog", error)


def end_process(where: str, error: BaseException, exit_now: Callable[[int], NoReturn] = os._exit) -> NoReturn:
    """Log the error and end the process at once, with nothing more acked."""
    position = error.position._asdict() if isinstance(error, FoldError) else {}
    log.critical(
        "stopped", where=where, error=str(error), kind=type(error).__name__, trace=trace(error), **position
    )
    sys.stderr.flush()
    sys.stdout.flush()
    exit_now(1)

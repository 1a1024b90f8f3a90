"""A worker process: its stages on one Faust application, until it is stopped or something fails."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from time import monotonic
from typing import Any

import faust
import structlog

from streams.engine.bounded import at_most
from streams.engine.checkpoint import Stage
from streams.engine.faust.ending import end_process
from streams.engine.faust.kafka_ports import KafkaPorts
from streams.engine.faust.transport import PollSchema, messages_of
from streams.engine.faust.watchdog import StoreDelivery, Watchdog
from streams.engine.kafka.connection import Connection
from streams.engine.kafka.shared_sender import SharedSender
from streams.engine.observing import Observer
from streams.engine.ports import StageSpec
from streams.engine.records import Records, Span
from streams.engine.rows import CACHED_GROUPS

SENDING_START_S = 60.0
"""Timeout for connecting."""
SENDING_STOP_S = 10.0
"""Timeout for closing the connections."""
POLLS_RECOVERED = 2
"""Changelog polls per write to RocksDB on recovery; with 1, Faust goes on reading after recovery."""

log = structlog.get_logger()


class Worker:
    """The stages of one process on one Faust application."""

    def __init__(
        self,
        app: faust.App,
        *,
        connection: Connection,
        partitions: int,
        observer: Observer | None = None,
        cached_groups: int = CACHED_GROUPS,
    ) -> None:
        self._app = app
        self._connection = connection
        self._partitions = partitions
        self._observer = observer
        self._cached_groups = cached_groups
        self._up = False
        self.watchdog: Watchdog | None = None
        self._outputs = SharedSender(connection, f"{app.conf.id}-outputs")
        self._changelogs = SharedSender(connection, f"{app.conf.id}-changelogs")
        """On a connection of their own: the outputs of other stages do not wait for a large checkpoint."""
        self.stages: list[Stage] = []
        self._event_topics: set[str] = set()
        app.on_partitions_revoked.connect(self._drop, weak=False)

    async def _drop(self, *_: object, **__: object) -> None:
        for stage in self.stages:
            stage.drop()

    def add(self, spec: StageSpec) -> None:
        """Register a stage: its topic, its table, its agent."""
        app = self._app
        if spec.external_input:
            self._event_topics.add(spec.topic)
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
        """Connect to the broker for a block, in which the application is started and stages may send.

        Raises TimeoutError or KafkaError when it cannot connect.
        """
        senders = self._outputs, self._changelogs
        self._app.consumer.event_topics.update(self._event_topics)
        try:
            async with asyncio.timeout(SENDING_START_S):
                await asyncio.gather(*(sender.start() for sender in senders))
            yield
        finally:
            await at_most(SENDING_STOP_S, lambda: asyncio.gather(*(sender.stop() for sender in senders)))

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
            if not await self._started_before(stopping):
                return
            self._up = True
            log.info("worker_started", app=self._app.conf.id)
            if await self._app.wait_for_stopped(stopping):
                end_process("Faust", self._app.crash_reason or RuntimeError("It stopped without being told."))
        finally:
            watching.cancel()

    async def _started_before(self, stopping: asyncio.Event) -> bool:
        """Start the application, until its rows are recovered; only the watchdog bounds that."""
        starting = asyncio.ensure_future(self._app.start())
        told = asyncio.ensure_future(stopping.wait())
        await asyncio.wait({starting, told}, return_when=asyncio.FIRST_COMPLETED)
        told.cancel()
        if not starting.done():
            return False
        starting.result()
        return True

    async def _run(self, spec: StageSpec, table: Any, stream: Any) -> None:
        ports = KafkaPorts(
            self._app, table, self._send, connection=self._connection, partitions=self._partitions
        )
        share = self._cached_groups // len(self._app.tables)
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

    async def _send(self, records: Records) -> dict[tuple[str, int], Span]:
        """Send records, which are either outputs or a changelog's."""
        topic, _ = next(iter(records))
        changelogs = self._app.tables.changelog_topics
        return await (self._changelogs if topic in changelogs else self._outputs).send(records)

    async def _loop(self, stage: Stage, queue: Any) -> None:
        """Take polls directly from the agent's queue.

        Faust's stream lets all other tasks run before each of them, which in a busy worker takes longer than
        folding it, and acks those that it skips in a rebalance.
        """
        consumer, flow = self._app.consumer, self._app.flow_control
        while True:
            event = await (queue.get() if not queue.empty() else _next_poll(queue, stage))
            for message, poll in messages_of(event):
                if flow.is_active() and message.generation_id == self._app.consumer_generation_id:
                    consumer.track_message(message)
                    await stage.feed(message.partition, poll, partial(message.ack, consumer))
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
    except Exception as error:  # noqa: BLE001 - a stall, or a failure after which nobody would watch
        end_process("watchdog", error)

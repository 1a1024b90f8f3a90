"""A pipeline around a store: a worker process, delivery, and waiting until all is stored."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from functools import partial
from pathlib import Path
from typing import Self

from aiokafka import AIOKafkaProducer
from aiokafka.structs import TopicPartition

from sambung.following import now_us
from sambung.replay.storing import PATIENCE_S, RECOVERED_PER_S, delivering, until_stored
from sinks.base import Positions, Sink
from sinks.staging import Staging, Target
from streams.delivery import Apply, Delivery
from streams.drain import Cut, Drain, Progress
from streams.engine.bounded import at_most
from streams.engine.kafka.connection import Connection
from streams.engine.kafka.sending import new_producer
from streams.engine.kafka.watermarks import watermarks
from streams.stages import NAMES, StageContext

CLIENT_START_S = 60.0
"""Timeout for the start of a Kafka client."""
CLIENT_STOP_S = 5.0
"""Timeout for the end of a Kafka client."""
WORKER_STOP_S = 15.0
"""Time after which a worker process that does not stop is killed."""


class WorkerDied(RuntimeError):  # noqa: N818 - it reads as what happened
    """The worker process ended by itself; its last output is on stderr."""


class WorkerProcess:
    """Runs the stages of a store's stream in another process, which ends with this one.

    Parameters
    ----------
    broker: its bootstrap servers.
    database: URL of the store.
    data_dir: for the state of the stages.
    session_timeout_s: of the consumer group; short on the embedded broker, where joining takes half of it.
    options: further options of the command `worker`.
    """

    def __init__(
        self,
        broker: str,
        database: str,
        data_dir: Path,
        session_timeout_s: float,
        options: Sequence[str] = (),
    ) -> None:
        self._arguments = ["worker", "--broker", broker, "--database", database, "--no-sink"]
        self._arguments += ["--data-dir", str(data_dir), "--until-stdin-closes", *options]
        self._environment = os.environ | {"SAMBUNG_SESSION_TIMEOUT_S": str(session_timeout_s)}
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "sambung",
            *self._arguments,
            env=self._environment,
            stdin=subprocess.PIPE,  # closes when this process ends, however that happens
            stdout=sys.stderr,
            start_new_session=True,  # Ctrl-C reaches this process only, which ends the worker
        )

    async def stop(self) -> None:
        process = self._process
        if process is not None and process.returncode is None:
            process.send_signal(signal.SIGTERM)
            await at_most(WORKER_STOP_S, process.wait)
            if process.returncode is None:
                process.kill()

    async def wait(self) -> int:
        """Its exit code, once it has ended; below 0 the signal that ended it."""
        assert self._process is not None  # noqa: S101  it was started
        return await self._process.wait()

    def check(self) -> None:
        """Raises WorkerDied if the process ended."""
        if self._process is not None and self._process.returncode is not None:
            raise WorkerDied(
                f"The worker process ended before it was done (exit code {self._process.returncode}). "
                "Its messages are above. Run the same command again: nothing is counted twice."
            )


class Pipeline:
    """Everything between the topics and the store, running, as an asynchronous context.

    Parameters
    ----------
    connection: to the broker.
    sink: the store, opened.
    context: of this generation.
    worker: not started.
    patience_s: how long the stages may make no progress.
    """

    def __init__(
        self,
        connection: Connection,
        sink: Sink,
        context: StageContext,
        worker: WorkerProcess,
        patience_s: float,
    ) -> None:
        self._connection = connection
        self._context = context
        self._worker = worker
        self._patience_s = max(patience_s, PATIENCE_S)
        self._stack = AsyncExitStack()
        self.producer: AIOKafkaProducer = new_producer(connection, "sambung-replay")
        self._drain = Drain(connection, context.topics)
        self.delivery = Delivery(connection, context.topics, context.generation, dict(sink.positions()))

    async def __aenter__(self) -> Self:
        try:
            await self._open()
        except BaseException:
            await self._stack.aclose()
            raise
        return self

    async def _open(self) -> None:
        await self._worker.start()
        self._stack.push_async_callback(self._worker.stop)
        self._stack.push_async_callback(at_most, CLIENT_STOP_S, self.producer.stop)
        async with asyncio.timeout(CLIENT_START_S):
            await self.producer.start()
        await self.delivery.start()
        self._stack.push_async_callback(at_most, CLIENT_STOP_S, self.delivery.stop)
        async with asyncio.timeout(CLIENT_START_S):
            await self._stack.enter_async_context(self._drain)

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    async def rebuild(
        self, publish: Callable[[], Awaitable[object]], target: Target, watch: Callable[[Progress], None]
    ) -> None:
        """Process what `publish` sends while the store stays unchanged; then write the differences to it."""
        with Staging(self._context.generation) as staging:
            async with self.delivering(staging.apply):
                await publish()
                await self.drained(watch)
            settle = partial(staging.settle, target, self.delivery.positions, now_us())
            await self.delivery.in_sink_thread(settle)

    def delivering(self, apply: Apply[object]) -> AbstractAsyncContextManager[None]:
        """Deliver for as long as the context is open; a failure of `apply` ends it."""
        return delivering(self.delivery, apply)

    async def drained(self, watch: Callable[[Progress], None]) -> None:
        """Return when the store has every result of what was published until now.

        Raises WorkerDied if the worker process ended, StalledError if nothing moves.
        """
        await until_stored(
            self._drain,
            Cut(self._context.topics),
            self._applied,
            watch,
            self._patience_s + await self._recovery_s(),
        )

    async def _recovery_s(self) -> float:
        """Time in which a worker reads back the rows of all stages, many on an old stream."""
        topics = self._context.topics
        changelogs = [
            TopicPartition(topics.changelog(stage), number)
            for stage in NAMES
            for number in range(topics.partitions)
        ]
        marks = await watermarks(self._connection, changelogs)
        return sum(mark.end - mark.begin for mark in marks.values()) / RECOVERED_PER_S

    def _applied(self) -> Positions:
        self._worker.check()
        return self.delivery.positions

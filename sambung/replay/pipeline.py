"""A whole pipeline around a store: generation, topics, one worker process, delivery, and its draining."""

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
from streams.delivery import Delivery, Take
from streams.drain import Cut, Drain, Progress
from streams.engine.bounded import at_most
from streams.engine.kafka.connection import Connection
from streams.engine.kafka.sending import new_producer
from streams.engine.kafka.watermarks import watermarks
from streams.stages import NAMES, StageContext

CLIENT_START_S = 60.0
"""How long the broker may take to let a Kafka client begin."""
CLIENT_STOP_S = 5.0
"""How long a Kafka client has to finish."""
WORKER_STOP_S = 15.0
"""How long the worker process has to finish before it is killed."""


class WorkerDied(RuntimeError):  # noqa: N818 - it reads as what happened
    """The worker process ended by itself; its last words are on stderr."""


class Pipeline:
    """Everything between the topics and the store, running, as an asynchronous context.

    Parameters
    ----------
    connection: to the broker.
    database: URL of the store, handed to the worker process.
    sink: the same store, opened.
    world: this generation's.
    session_timeout_s: of the group; short on the embedded broker, where joining takes half of it.
    data_dir: where the worker process keeps its state.
    patience_s: how long a worker may make no progress.
    worker_options: what that process is told besides.
    """

    def __init__(  # noqa: PLR0913 - a context that is made in one place
        self,
        connection: Connection,
        database: str,
        sink: Sink,
        *,
        context: StageContext,
        session_timeout_s: float,
        data_dir: Path,
        patience_s: float,
        worker_options: Sequence[str] = (),
    ) -> None:
        self._connection = connection
        self._database = database
        self._world = context
        self._session_timeout_s = session_timeout_s
        self._data_dir = data_dir
        self._patience_s = max(patience_s, PATIENCE_S)
        self._worker_options = worker_options
        self._stack = AsyncExitStack()
        self._worker: asyncio.subprocess.Process | None = None
        self.producer: AIOKafkaProducer = new_producer(connection, "sambung-replay")
        self._drain = Drain(connection, context.topics)
        self._delivery = Delivery(connection, context.topics, context.generation, dict(sink.positions()))

    async def __aenter__(self) -> Self:
        try:
            await self._open()
        except BaseException:
            await self._stack.aclose()
            raise
        return self

    async def _open(self) -> None:
        await self._start_worker()
        self._stack.push_async_callback(self._stop_worker)
        self._stack.push_async_callback(at_most, CLIENT_STOP_S, self.producer.stop)
        async with asyncio.timeout(CLIENT_START_S):
            await self.producer.start()
        await self._delivery.start()
        self._stack.push_async_callback(at_most, CLIENT_STOP_S, self._delivery.stop)
        async with asyncio.timeout(CLIENT_START_S):
            await self._stack.enter_async_context(self._drain)

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    async def _start_worker(self) -> None:
        arguments = ["worker", "--broker", self._connection.bootstrap, "--database", self._database]
        arguments += ["--no-sink", "--data-dir", str(self._data_dir), "--until-stdin-closes"]
        environment = os.environ | {"SAMBUNG_SESSION_TIMEOUT_S": str(self._session_timeout_s)}
        self._worker = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "sambung",
            *arguments,
            *self._worker_options,
            env=environment,
            stdin=subprocess.PIPE,  # closes when this process ends, in whatever way
            stdout=sys.stderr,
            start_new_session=True,  # Ctrl-C reaches this process only, which ends the worker
        )

    async def _stop_worker(self) -> None:
        worker = self._worker
        if worker is not None and worker.returncode is None:
            worker.send_signal(signal.SIGTERM)
            await at_most(WORKER_STOP_S, worker.wait)
            if worker.returncode is None:
                worker.kill()

    async def rebuild(
        self, publish: Callable[[], Awaitable[object]], target: Target, watch: Callable[[Progress], None]
    ) -> None:
        """Feed what `publish` sends while the store shows what it had; then write the differences to it."""
        with Staging(self._world.generation) as staging:
            async with self.delivering(staging.apply):
                await publish()
                await self.drained(watch)
            settle = partial(staging.settle, target, self._delivery.positions, now_us())
            await self._delivery.in_sink_thread(settle)

    def delivering(self, take: Take[object]) -> AbstractAsyncContextManager[None]:
        """Deliver for as long as the context is open; a failure of the taker ends it."""
        return delivering(self._delivery, take)

    async def drained(self, watch: Callable[[Progress], None]) -> None:
        """Return when the store has all that follows from what was published until now.

        Raises WorkerDied when the worker process ended, StalledError when nothing moves.
        """
        await until_stored(
            self._drain,
            Cut(self._world.topics),
            self._applied,
            watch,
            self._patience_s + await self._recovery_s(),
        )

    async def _recovery_s(self) -> float:
        """How long a worker may take to read back the rows of all stages, which are many on a used stream."""
        topics = self._world.topics
        changelogs = [
            TopicPartition(topics.changelog(stage), number)
            for stage in NAMES
            for number in range(topics.partitions)
        ]
        marks = await watermarks(self._connection, changelogs)
        return sum(mark.end - mark.begin for mark in marks.values()) / RECOVERED_PER_S

    def _applied(self) -> Positions:
        if self._worker is not None and self._worker.returncode is not None:
            raise WorkerDied(
                f"The worker process ended before it was done (exit code {self._worker.returncode}). "
                "What it had to say stands above. Run the same command again: nothing is counted twice."
            )
        return self._delivery.positions

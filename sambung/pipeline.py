"""A whole pipeline around a store: generation, topics, one worker process, delivery, and its draining."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from importlib.metadata import version
from pathlib import Path
from time import monotonic, time_ns
from typing import NamedTuple, Self

from aiokafka import AIOKafkaProducer

from models.places import Places
from models.rules import Rules
from models.settings import Settings
from sinks.base import Origin, Sink
from sinks.staging import Staging, Target
from streams.agents import World
from streams.delivery import Delivery, Take
from streams.drain import Drain, Progress
from streams.engine.bounded import at_most
from streams.engine.connection import Connection
from streams.engine.sending import new_producer
from streams.engine.watchdog import Stall, StalledError
from streams.topics import Topics, Upkeep

LOOK_S = 0.5
"""Time between two looks at how far the stages are; a look costs the embedded broker some milliseconds."""
LAST_LOOKS_S = 0.1
"""The same when little is left."""
LITTLE = 0.02
"""Part of all records that is little."""
CLIENT_STOP_S = 5.0
"""How long a Kafka client has to finish."""
WORKER_STOP_S = 15.0
"""How long the worker process has to finish before it is killed."""
PATIENCE_S = 120.0
"""How long what the stages said may lie unread; longer than a batch may take."""
UNREAD = "The broker does not hand out what the stages said. See whether it is well, and run it again."


class WorkerDied(RuntimeError):  # noqa: N818 - it reads as what happened
    """The worker process ended by itself; its last words are on stderr."""


class Reference(NamedTuple):
    """Rules and places as the settings name them."""

    rules: Rules
    places: Places

    @classmethod
    def load(cls, settings: Settings) -> Self:
        return cls(Rules.load(settings.rules), Places.load(settings.places))


def now_us() -> int:
    return time_ns() // 1_000


def origin_of(cluster: str, settings: Settings, reference: Reference) -> Origin:
    return Origin(
        cluster_id=cluster,
        app_version=version("sambung"),
        partitions=settings.partitions,
        rules_digest=reference.rules.digest,
        places_digest=reference.places.digest,
    )


def world_of(generation: int, settings: Settings, reference: Reference) -> World:
    topics = Topics(f"sambung-g{generation}", settings.partitions)
    return World(topics, reference.places, reference.rules, generation)


def upkeep_of(settings: Settings) -> Upkeep:
    return Upkeep(settings.replication, settings.internal_retention_days)


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
    worker_options: what that process is told besides.
    """

    def __init__(  # noqa: PLR0913 - a context that is made in one place
        self,
        connection: Connection,
        database: str,
        sink: Sink,
        *,
        world: World,
        session_timeout_s: float,
        data_dir: Path,
        worker_options: Sequence[str] = (),
    ) -> None:
        self._connection = connection
        self._database = database
        self._world = world
        self._session_timeout_s = session_timeout_s
        self._data_dir = data_dir
        self._worker_options = worker_options
        self._stack = AsyncExitStack()
        self._worker: asyncio.subprocess.Process | None = None
        self.producer: AIOKafkaProducer = new_producer(connection, "sambung-replay")
        self._drain = Drain(connection, world.topics)
        self._delivery = Delivery(connection, world.topics, world.generation, dict(sink.positions()))

    async def __aenter__(self) -> Self:
        await self._start_worker()
        self._stack.push_async_callback(self._stop_worker)
        await self.producer.start()
        self._stack.push_async_callback(at_most, CLIENT_STOP_S, self.producer.stop)
        await self._delivery.start()
        self._stack.push_async_callback(at_most, CLIENT_STOP_S, self._delivery.stop)
        await self._stack.enter_async_context(self._drain)
        return self

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

    @asynccontextmanager
    async def delivering(self, take: Take[object]) -> AsyncIterator[None]:
        """Deliver for as long as the context is open; a failure of the taker ends it."""
        async with asyncio.TaskGroup() as group:
            delivering = group.create_task(self._deliver(take))
            yield
            delivering.cancel()

    async def _deliver(self, take: Take[object]) -> None:
        while True:
            await self._delivery.deliver(take)

    async def drained(self, watch: Callable[[Progress], None]) -> None:
        """Return when nothing is left anywhere. Raises WorkerDied when the worker process ended.

        While stages have work the worker's watchdog bounds the wait; what is left then is ours to bound.
        """
        stall = Stall(monotonic())
        while True:
            if self._worker is not None and self._worker.returncode is not None:
                raise WorkerDied(
                    f"The worker process ended before it was done (exit code {self._worker.returncode}). "
                    "What it had to say stands above. Run the same command again: nothing is counted twice."
                )
            progress = await self._drain.progress()
            watch(progress)
            delivered = all(self._delivery.positions[key] >= end for key, end in progress.outputs.items())
            if progress.drained and delivered:
                return
            left = "the store" if progress.drained else ""
            if stall.seconds(monotonic(), left, frozenset(self._delivery.positions.items())) > PATIENCE_S:
                raise StalledError(UNREAD)
            little = progress.total - progress.done <= LITTLE * progress.total
            await asyncio.sleep(LAST_LOOKS_S if little else LOOK_S)

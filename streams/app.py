"""The one place that wires it together: settings to a Faust application with six stages, and its run."""

import asyncio
import logging
import signal
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

import faust
import structlog
from mode import CrashingSupervisor

from streams.agents import AGENTS, NAMES, World
from streams.engine.life import Worker, end_process
from streams.engine.sending import new_producer
from streams.engine.store import STORE_URL, register
from streams.engine.transport import Transport
from streams.topics import check

__all__ = ["Application", "WorkerConfig", "build", "end_process", "run"]

log = structlog.get_logger()

STOP_S = 10.0
"""How long a worker takes to finish what it holds when it is told to stop."""
MAX_POLL_S = 86_400.0
"""A worker without partitions would leave the group after this long and never come back."""


class WorkerConfig(NamedTuple):
    """What one worker process needs to know."""

    bootstrap: str
    world: World
    data_dir: Path
    session_timeout_s: float


class Application(faust.App):  # type: ignore[misc]  # Faust is untyped here
    """Faust, with polls instead of messages."""

    def _new_transport(self) -> Any:
        return Transport(self.conf.broker_consumer, self)


def build(config: WorkerConfig) -> tuple[Application, Worker]:
    """Make the application; nothing is started and nothing global is touched."""
    topics = config.world.topics
    register()
    app = Application(
        topics.app_id,
        store=STORE_URL,
        broker=f"aiokafka://{config.bootstrap}",
        datadir=str(config.data_dir),
        processing_guarantee="at_least_once",
        web_enabled=False,
        topic_allow_declare=False,
        topic_disable_leader=True,
        topic_partitions=topics.partitions,
        stream_buffer_maxsize=32,
        stream_wait_empty=True,
        stream_recovery_delay=0.0,
        broker_commit_interval=0.25,
        broker_session_timeout=config.session_timeout_s,
        broker_heartbeat_interval=config.session_timeout_s / 6,
        broker_max_poll_interval=MAX_POLL_S,
        consumer_auto_offset_reset="earliest",
        producer_acks=-1,
        producer_threaded=False,
        agent_supervisor=CrashingSupervisor,
        recovery_consistency_check=True,
    )
    worker = Worker(app, bootstrap=config.bootstrap, partitions=topics.partitions)
    for agent in AGENTS:
        worker.add(agent(config.world))
    return app, worker


async def run(config: WorkerConfig) -> None:
    """Run a worker until it is told to stop (SIGTERM, SIGINT); a failure ends the process instead."""
    await check(config.bootstrap, config.world.topics, NAMES)
    app, worker = build(config)
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        with suppress(NotImplementedError):
            loop.add_signal_handler(number, stopping.set)
    worker.producer = new_producer(config.bootstrap, topics_client(config))
    await worker.producer.start()
    try:
        await app.start()
        log.info("worker_started", app=config.world.topics.app_id)
        await stopping.wait()
        log.info("worker_stopping")
        async with asyncio.timeout(STOP_S):
            await app.stop()
    finally:
        with suppress(TimeoutError):
            async with asyncio.timeout(STOP_S):
                await worker.producer.stop()


def topics_client(config: WorkerConfig) -> str:
    return f"{config.world.topics.app_id}-worker"


def quiet() -> None:
    """Leave Faust's and Kafka's own chatter at warnings."""
    for name in ("faust", "mode", "aiokafka"):
        logging.getLogger(name).setLevel(logging.WARNING)

"""The composition root: from settings to a Faust application with six stages, and its run."""

import asyncio
import gc
import os
import signal
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, NamedTuple

import faust
import structlog
from faust.tables import TableManager
from mode import CrashingSupervisor

from streams.engine.bounded import raise_if_cancelled
from streams.engine.faust.credentials import faust_broker, faust_credentials
from streams.engine.faust.ending import end_process
from streams.engine.faust.store import STORE_URL, register
from streams.engine.faust.transport import Transport
from streams.engine.faust.watchdog import StoreDelivery
from streams.engine.faust.worker import Worker
from streams.engine.kafka.connection import Connection
from streams.engine.observing import Observer
from streams.engine.rows import CACHED_GROUPS
from streams.metrics import Metrics
from streams.stages import NAMES, STAGES, StageContext
from streams.topics.continuity import check_commits
from streams.topics.names import TopicDurability
from streams.topics.provision import check

__all__ = [
    "Application",
    "SettingsError",
    "WorkerConfig",
    "build",
    "check_broker",
    "check_settings",
    "end_process",
    "run",
]

log = structlog.get_logger()

CHECK_S = 60.0
"""How long the broker may take to list its topics and commits."""
STOP_S = 10.0
"""How long a stopped worker may take to finish its work."""
GC_THRESHOLDS = (100_000, 20, 50)
"""The cache of decoded rows is large and has no cycles; Python's defaults would scan it again and again."""
MAX_POLL_S = 86_400.0
"""A worker without partitions leaves the group after this long and never comes back."""
QUEUED_POLLS = 32
"""Back-pressure: size of a stage's one queue, which holds polls of at most 8 MiB from all its partitions.

While 25 of them wait, Faust pauses each partition that brings another; from 12 down it resumes them.
"""
COMPACT_QUEUED_POLLS = 8
"""The same where memory is short: a poll of a megabyte, packed, is several of them as records."""
COMPACT_CACHED_GROUPS = 12_000
"""Decoded groups of rows where memory is short: four seasons took as long as with four times as many, and
270 MB less."""
_READ_BEFORE_SETTINGS: Final = (
    "AIOKAFKA_NO_EXTENSIONS",
    "DJANGO_SETTINGS_MODULE",
    "F_DATADIR",
    "F_LOOP",
    "FAUST_DATADIR",
    "FAUST_LOOP",
    "NO_CYTHON",
)
"""Environment variables that Faust and aiokafka read beside Faust's settings."""


class SettingsError(Exception):
    """The environment would change Faust's settings; the message names the variables and a remedy."""


class WorkerConfig(NamedTuple):
    """Configuration of one worker process."""

    connection: Connection
    context: StageContext
    durability: TopicDurability
    data_dir: Path
    session_timeout_s: float
    patience_s: float
    """How long work may make no progress before the process ends."""
    compact: bool = False
    """Take less memory, and read less ahead: the broker and all else are on the same small machine."""


class Tables(TableManager):  # type: ignore[misc]  # Faust is untyped here
    """Starts without Faust's second of waiting for tables to be declared: all are, before the start."""

    async def on_start(self) -> None:
        await self._update_channels()
        await self.recovery.start()


class Application(faust.App):  # type: ignore[misc]  # Faust is untyped here
    """Faust with one message per poll, and with tables that start without a wait."""

    def __init__(self, name: str, **options: Any) -> None:
        super().__init__(name, TableManager=Tables, **options)

    def _new_transport(self) -> Any:
        return Transport(self.conf.broker_consumer, self)


def check_settings(environment: Mapping[str, str]) -> None:
    """Raise SettingsError if a variable is set that would override the settings of `build`.

    Their names are general (`WEB_PORT`, `TIMEZONE`), and one of them, `PROCESSING_GUARANTEE`, would make the
    stream inexact. So none is allowed, and none silently ignored.
    """
    read = {setting.env_name for setting in faust.Settings.SETTINGS.values()} | set(_READ_BEFORE_SETTINGS)
    found = sorted(read.intersection(environment))
    if found:
        raise SettingsError(
            f"The environment sets {', '.join(found)}, which Faust would put before the settings that keep "
            f"the stream exact. Start without: env -u {' -u '.join(found)} sambung ... "
            "(what may be set begins with SAMBUNG_)."
        )


def build(config: WorkerConfig, observer: Observer | None = None) -> tuple[Application, Worker]:
    """Make the application; nothing is started and nothing global is touched. Raises SettingsError."""
    check_settings(os.environ)
    topics = config.context.topics
    config.data_dir.mkdir(parents=True, exist_ok=True)
    register()
    app = Application(
        topics.app_id,
        store=STORE_URL,
        broker=faust_broker(config.connection),
        broker_credentials=faust_credentials(config.connection),
        datadir=str(config.data_dir),
        processing_guarantee="at_least_once",
        web_enabled=False,
        topic_allow_declare=False,
        topic_disable_leader=True,
        topic_partitions=topics.partitions,
        stream_buffer_maxsize=COMPACT_QUEUED_POLLS if config.compact else QUEUED_POLLS,
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
        cython_optimizations=True,
    )
    worker = Worker(
        app,
        connection=config.connection,
        partitions=topics.partitions,
        observer=observer,
        cached_groups=COMPACT_CACHED_GROUPS if config.compact else CACHED_GROUPS,
    )
    for stage in STAGES.values():
        worker.add(stage(config.context))
    return app, worker


async def check_broker(config: WorkerConfig) -> None:
    """Raise TopicsError if a topic is missing or misconfigured, or if unread records were deleted."""
    async with asyncio.timeout(CHECK_S):
        await check(config.connection, config.context.topics, NAMES, config.durability)
        await check_commits(config.connection, config.context.topics)


async def run(config: WorkerConfig, metrics: Metrics, delivery: StoreDelivery | None = None) -> None:
    """Run a worker until SIGTERM, SIGINT or SIGHUP; a failure ends the process instead.

    Call `check_broker` before.
    `delivery` is that to the store, if this process writes it; the watchdog monitors it too.
    """
    raise_if_cancelled()  # until here a signal cancels; from here on it sets `stopping`
    app, worker = build(config, metrics)
    metrics.worker = worker
    gc.freeze()
    gc.set_threshold(*GC_THRESHOLDS)
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in ("SIGTERM", "SIGINT", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is not signal.SIG_IGN:  # nohup
            with suppress(NotImplementedError):
                loop.add_signal_handler(number, stopping.set)
    async with worker.sending():
        await worker.run_until(stopping, config.patience_s, delivery)
        log.info("worker_stopping")
        async with asyncio.timeout(STOP_S):
            await app.stop()

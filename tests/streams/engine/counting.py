"""A minimal stage: it counts the records of each key and sends the count."""

from pathlib import Path
from typing import Any

import msgspec

from streams.app import Application
from streams.engine.faust.store import STORE_URL, register
from streams.engine.faust.worker import Worker
from streams.engine.kafka.connection import Connection
from streams.engine.ports import StageSpec
from streams.engine.rows import CachedRows, Codec
from streams.step import Out, Record

APP = "counting"
INPUT = "input"
OUTPUT = "output"
CHANGELOG = f"{APP}-count-changelog"
PARTITIONS = 4
SESSION_S = 2.0
COMMIT_S = 0.25
PATIENCE_S = 5.0
POISON = b"poison"
"""A value that the fold fails on."""


class Count(msgspec.Struct, frozen=True, array_like=True):
    version: int
    count: int


CODEC: Codec[Count] = Codec(
    msgspec.msgpack.Encoder().encode, msgspec.msgpack.Decoder(Count).decode, lambda _group: True
)


class CountFold:
    """Counts a key's records; skips those that were counted before."""

    def __init__(self, rows: CachedRows[Count]) -> None:
        self._rows = rows
        self._marked: dict[bytes, None] = {}

    def restore(self) -> None:
        """Nothing is only in memory."""

    def step(self, record: Record) -> None:
        if record.value == POISON:
            raise ValueError("this record is poison")
        assert record.key is not None
        group = self._rows.group(record.key)
        known = group.get(b"", Count(-1, 0))
        if known.version < record.offset:
            group[b""] = Count(record.offset, known.count + 1)
            self._rows.write(record.key, b"")
            self._marked[record.key] = None

    def outputs(self) -> list[Out]:
        marked, self._marked = self._marked, {}
        return [Out(OUTPUT, key, b"%d" % self._rows.group(key)[b""].count) for key in marked]


def count_spec() -> StageSpec:
    return StageSpec("count", INPUT, CHANGELOG, CODEC, lambda rows, _partition: CountFold(rows))


def application(address: str, data_dir: Path) -> Any:
    """A Faust application with the stream's settings that matter to the engine."""
    register()
    return Application(
        APP,
        store=STORE_URL,
        broker=f"aiokafka://{address}",
        datadir=str(data_dir),
        web_enabled=False,
        topic_allow_declare=False,
        topic_disable_leader=True,
        topic_partitions=PARTITIONS,
        stream_buffer_maxsize=32,
        stream_recovery_delay=0.0,
        broker_commit_interval=COMMIT_S,
        broker_session_timeout=SESSION_S,
        broker_heartbeat_interval=SESSION_S / 6,
        broker_max_poll_interval=86_400.0,
        cython_optimizations=True,
    )


def worker_on(address: str, data_dir: Path) -> tuple[Any, Worker]:
    app = application(address, data_dir)
    worker = Worker(app, connection=Connection(address), partitions=PARTITIONS)
    worker.add(count_spec())
    return app, worker

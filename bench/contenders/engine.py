"""The one-stage job on streams.engine: a fold, its rows, a worker; at-least-once."""

import gc
from typing import Any

from msgspec import Struct
from msgspec.msgpack import Decoder, Encoder

from bench.contenders.asyncio_run import committed, run
from bench.contenders.task import COMMIT_S, SESSION_S, Stopwatch, Task, Timed
from bench.job import PARTITIONS, Touch, credit, decode, with_touch
from streams.app import GC_THRESHOLDS, MAX_POLL_S, Application
from streams.engine.faust.store import STORE_URL, register
from streams.engine.faust.worker import Worker
from streams.engine.kafka.connection import Connection
from streams.engine.ports import StageSpec
from streams.engine.rows import CachedRows, Codec
from streams.step import Out, Record


class Touches(Struct, frozen=True, array_like=True):
    """A company's row."""

    version: int
    touches: list[Touch]


NONE_YET = Touches(-1, [])
CODEC: Codec[Touches] = Codec(Encoder().encode, Decoder(Touches).decode, single=lambda _group: True)


class CreditFold:
    """Appends touches; an enrollment sends its credit. Records that a durable row includes are skipped."""

    def __init__(self, rows: CachedRows[Touches], partition: int, output: str, watch: Stopwatch) -> None:
        self._rows = rows
        self._partition = partition
        self._output = output
        self._saw = watch.saw
        self._outputs: list[Out] = []

    def restore(self) -> None:
        """Nothing is in memory only."""

    def step(self, record: Record) -> None:
        assert record.key is not None  # noqa: S101  all events of the job have one
        assert record.value is not None  # noqa: S101
        self._saw()
        group = self._rows.group(record.key)
        row = group.get(b"", NONE_YET)
        if record.offset <= row.version:
            return
        event = decode(record.value)
        if event.type == "touch":
            group[b""] = Touches(record.offset, with_touch(row.touches, event))
            self._rows.write(record.key, b"")
        else:
            value = credit(row.touches, event)
            self._outputs.append(Out(self._output, record.key, value, self._partition))

    def outputs(self) -> list[Out]:
        outputs, self._outputs = self._outputs, []
        return outputs


def application(task: Task) -> Any:
    """Configured as in `streams.app.build`, except for the time between commits."""
    register()
    return Application(
        task.name,
        store=STORE_URL,
        broker=f"aiokafka://{task.address}",
        datadir=task.data_dir,
        web_enabled=False,
        topic_allow_declare=False,
        topic_disable_leader=True,
        topic_partitions=PARTITIONS,
        stream_buffer_maxsize=32,
        stream_wait_empty=True,
        stream_recovery_delay=0.0,
        broker_commit_interval=COMMIT_S,
        broker_session_timeout=SESSION_S,
        broker_heartbeat_interval=SESSION_S / 6,
        broker_max_poll_interval=MAX_POLL_S,
    )


async def engine(task: Task) -> Timed:
    watch = Stopwatch(task)

    def fold(rows: CachedRows[Touches], partition: int) -> CreditFold:
        return CreditFold(rows, partition, task.output, watch)

    app = application(task)
    worker = Worker(app, connection=Connection(task.address), partitions=PARTITIONS)
    worker.add(StageSpec("credit", task.input, f"{task.name}-credit-changelog", CODEC, fold))
    gc.freeze()
    gc.set_threshold(*GC_THRESHOLDS)
    async with worker.sending():
        await app.start()
        await committed(task)
        timed = watch.stop()
        await app.stop()
    return timed


if __name__ == "__main__":
    run(engine)

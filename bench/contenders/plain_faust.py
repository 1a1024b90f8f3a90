"""The one-stage job on plain Faust: an agent, one event at a time, its RocksDB table, its changelog."""

from typing import Any

import faust
import msgspec

from bench.contenders.asyncio_run import committed, run
from bench.contenders.task import COMMIT_S, SESSION_S, Stopwatch, Task, Timed
from bench.job import PARTITIONS, Touch, credit, decode, with_touch

MAX_POLL_S = 86_400.0

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(list[Touch]).decode


def application(task: Task) -> faust.App:
    """Only the settings that the embedded broker needs, and the time between commits."""
    return faust.App(
        task.name,
        store="rocksdb://",
        broker=f"aiokafka://{task.address}",
        datadir=task.data_dir,
        web_enabled=False,
        topic_allow_declare=False,
        topic_disable_leader=True,
        topic_partitions=PARTITIONS,
        stream_recovery_delay=0.0,
        broker_commit_interval=COMMIT_S,
        broker_session_timeout=SESSION_S,
        broker_heartbeat_interval=SESSION_S / 6,
        broker_max_poll_interval=MAX_POLL_S,
        key_serializer="raw",
        value_serializer="raw",
    )


async def plain_faust(task: Task) -> Timed:
    watch = Stopwatch(task)
    app = application(task)
    table = app.Table("credit", partitions=PARTITIONS, key_type=bytes, value_type=bytes)
    output = app.topic(task.output, key_type=bytes, value_type=bytes)

    async def agent(stream: Any) -> None:
        async for company, value in stream.items():
            watch.saw()
            event, stored = decode(value), table.get(company)
            touches = [] if stored is None else _decode(stored)
            if event.type == "touch":
                table[company] = _encode(with_touch(touches, event))
            else:
                await output.send(key=company, value=credit(touches, event))

    app.agent(app.topic(task.input, key_type=bytes, value_type=bytes))(agent)
    await app.start()
    await committed(task)
    timed = watch.stop()
    await app.stop()
    return timed


if __name__ == "__main__":
    run(plain_faust)

"""The one-stage job on Quix Streams 3: a stateful function, its RocksDB state, its changelog; at least once.

Runs in a separate environment (`bench/Makefile`). With `tuned` as first argument the clients get larger
batches and fewer, larger polls; without, every setting is Quix's default.
"""

import sys
from collections.abc import Callable
from threading import Thread
from time import sleep
from typing import Any

import msgspec
from confluent_kafka import Consumer, TopicPartition
from quixstreams import Application, State

from bench.contenders.task import LOOK_S, Stopwatch, Task, Timed, answer, task_of_process
from bench.job import Touch, credit, decode, with_touch

KEY = "touches"
TUNED: dict[str, Any] = {
    "consumer_extra_config": {"fetch.message.max.bytes": 4 << 20, "queued.min.messages": 100_000},
    "producer_extra_config": {"linger.ms": 50, "batch.size": 512 << 10, "batch.num.messages": 100_000},
}

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(list[Touch]).decode


def quix(task: Task, settings: dict[str, Any]) -> Timed:
    """Quix commits every few seconds, so the last event stops the application, which makes it commit."""
    watch = Stopwatch(task)
    app = Application(
        broker_address=task.address,
        consumer_group=task.name,
        auto_offset_reset="earliest",
        state_dir=task.data_dir,
        loglevel="WARNING",
        **settings,
    )
    credits_ = app.topic(task.output, key_serializer="bytes", value_serializer="bytes")
    events = app.topic(task.input, key_deserializer="bytes", value_deserializer="bytes")
    frame = app.dataframe(events)
    frame = frame.apply(fold_of(watch, sum(task.ends.values()), app.stop), stateful=True)
    frame.filter(lambda value: value is not None).to_topic(credits_)
    found: list[Timed] = []
    looking = Thread(target=lambda: found.append(when_committed(task, watch)))
    looking.start()
    app.run()
    looking.join()
    return found[0]


def fold_of(
    watch: Stopwatch, events: int, last: Callable[[], None]
) -> Callable[[bytes, State], bytes | None]:
    left = events

    def fold(value: bytes, state: State) -> bytes | None:
        nonlocal left
        watch.saw()
        left -= 1
        if not left:
            last()
        event, stored = decode(value), state.get_bytes(KEY)
        touches = [] if stored is None else _decode(stored)
        if event.type == "touch":
            state.set_bytes(KEY, _encode(with_touch(touches, event)))
            return None
        return credit(touches, event)

    return fold


def when_committed(task: Task, watch: Stopwatch) -> Timed:
    """Return when the group has committed every event of the input."""
    partitions = [TopicPartition(task.input, number) for number in task.ends]
    looker = Consumer({"bootstrap.servers": task.address, "group.id": task.name})
    while any(one.offset < task.ends[one.partition] for one in looker.committed(partitions)):
        sleep(LOOK_S)
    timed = watch.stop()
    looker.close()
    return timed


if __name__ == "__main__":
    answer(quix(task_of_process(), TUNED if "tuned" in sys.argv else {}))

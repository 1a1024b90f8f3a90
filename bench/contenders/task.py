"""What a contender of the one-stage job is told, and what it answers; each runs in a process of its own."""

import asyncio
import resource
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from time import perf_counter

import msgspec
from aiokafka import TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from bench.job import PARTITIONS

COMMIT_S = 0.1
"""How often Faust commits in this job: so exactly the end of the work is known."""
LOOK_S = 0.02
"""Time between two looks at the commits."""


class Task(msgspec.Struct):
    address: str
    input: str
    output: str
    name: str
    """Of the group and of the application."""
    data_dir: str
    ends: dict[int, int]
    """Where each partition of the input ends."""


class Timed(msgspec.Struct):
    seconds: float
    """From the first event that was worked on to the last one that is done, with all it caused."""
    peak_mb: float


class Stopwatch:
    """Started by the first event; later starts change nothing."""

    def __init__(self) -> None:
        self._started: float | None = None

    def start(self) -> None:
        if self._started is None:
            self._started = perf_counter()

    def stop(self) -> Timed:
        assert self._started is not None  # noqa: S101  else there was no event
        return Timed(perf_counter() - self._started, peak_mb())


def peak_mb() -> float:
    """The most memory that this process ever had.

    Linux says it of the program alone; elsewhere there is getrusage, which may have begun with the parent's.
    """
    try:
        status = Path("/proc/self/status").read_text()
    except OSError:
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return peak / (1 << 20 if sys.platform == "darwin" else 1 << 10)
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


async def committed(task: Task) -> None:
    """Return when the group has committed every event of the input."""
    partitions = [TopicPartition(task.input, number) for number in range(PARTITIONS)]
    admin = AIOKafkaAdminClient(bootstrap_servers=task.address)
    await admin.start()
    try:
        while True:
            offsets = await admin.list_consumer_group_offsets(task.name, partitions=partitions)
            if all(one in offsets and offsets[one].offset >= task.ends[one.partition] for one in partitions):
                return
            await asyncio.sleep(LOOK_S)
    finally:
        await admin.close()


def run(contender: Callable[[Task], Coroutine[None, None, Timed]]) -> None:
    """Do the task named in the first argument, say the time on standard output."""
    task = msgspec.json.decode(sys.argv[1], type=Task)
    timed = asyncio.run(contender(task))
    sys.stdout.buffer.write(msgspec.json.encode(timed))

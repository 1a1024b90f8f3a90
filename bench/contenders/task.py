"""What a contender of the one-stage job is told, and what it answers; each runs in a process of its own."""

import resource
import sys
from pathlib import Path
from time import perf_counter

import msgspec

COMMIT_S = 0.1
"""How often Faust commits in this job: so exactly the end of the work is known."""
SESSION_S = 8.0
"""Within what a Kafka broker takes, and the pipeline's own."""
LOOK_S = 0.05
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
    second_half_s: float
    """The same, from the event on that is in the middle: without what a process needs to get warm."""
    peak_mb: float


class Stopwatch:
    """Started by the first event; told of each one."""

    def __init__(self, task: Task) -> None:
        self._started: float | None = None
        self._middle = 0.0
        self._half = sum(task.ends.values()) // 2
        self._seen = 0

    def saw(self, events: int = 1) -> None:
        """So many more events come to be worked on."""
        if self._started is None:
            self._started = perf_counter()
        if self._seen < self._half <= self._seen + events:
            self._middle = perf_counter()
        self._seen += events

    def stop(self) -> Timed:
        assert self._started is not None  # noqa: S101  else there was no event
        now = perf_counter()
        return Timed(now - self._started, now - self._middle, peak_mb())


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


def told() -> Task:
    """The last argument."""
    return msgspec.json.decode(sys.argv[-1], type=Task)


def answer(timed: Timed) -> None:
    """On standard output."""
    sys.stdout.buffer.write(msgspec.json.encode(timed))

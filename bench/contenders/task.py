"""Task and answer of a contender of the one-stage job, which runs in a separate process."""

import resource
import sys
from pathlib import Path
from time import perf_counter

import msgspec

COMMIT_S = 0.1
"""Time between Faust's commits in this job: the precision of the measured end."""
SESSION_S = 8.0
"""Accepted by a Kafka broker, and the pipeline's own."""
LOOK_S = 0.05
"""Pause between two looks at the commits."""


class Task(msgspec.Struct):
    address: str
    input: str
    output: str
    name: str
    """Of the consumer group and the application."""
    data_dir: str
    ends: dict[int, int]
    """End offset of each partition of the input."""


class Timed(msgspec.Struct):
    seconds: float
    """From the first event to the commit of the last one, with all its outputs."""
    second_half_s: float
    """The same from the middle event on, without warm-up."""
    peak_mb: float


class Stopwatch:
    """Started by the first event; `saw` must be called for each."""

    def __init__(self, task: Task) -> None:
        self._started: float | None = None
        self._middle = 0.0
        self._half = sum(task.ends.values()) // 2
        self._seen = 0

    def saw(self, events: int = 1) -> None:
        """So many events are about to be processed."""
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
    """Peak memory of this process.

    Linux reports it for the program alone; elsewhere getrusage may include the parent's.
    """
    try:
        status = Path("/proc/self/status").read_text()
    except OSError:
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return peak / (1 << 20 if sys.platform == "darwin" else 1 << 10)
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def task_of_process() -> Task:
    """From the last argument."""
    return msgspec.json.decode(sys.argv[-1], type=Task)


def answer(timed: Timed) -> None:
    """Write it to standard output."""
    sys.stdout.buffer.write(msgspec.json.encode(timed))

"""`sambung replay`, with the instants of its phases: `python -m bench.timed_replay FILE DATABASE`.

It writes a Phases to standard output; the instants are `time.monotonic()`, one clock for all processes.
"""

import asyncio
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic

import msgspec

from models.settings import Settings
from sambung.replay import replaying, running
from sambung.terminal.progress import StageProgress


class Phases(msgspec.Struct):
    """Instants."""

    connected: float = 0.0
    """Broker, topics and worker process are ready; the first line is read."""
    published: float = 0.0
    """The last line is on the broker."""
    begun: float = 0.0
    """The worker has joined its group and committed something; no sooner than `published`."""
    folded: float = 0.0
    """The stages have nothing left, as far as a single look can see."""
    drained: float = 0.0
    """Nothing is in flight, and the store has everything."""
    lines: int = 0
    refused: int = 0
    records: int = 0
    """Records read by all stages together."""


class Stopwatch:
    """A `sambung.terminal.progress.Reporter` that measures times."""

    def __init__(self) -> None:
        self.phases = Phases()

    @contextmanager
    def phase(self, what: str) -> Iterator[None]:
        del what
        self.phases.connected = monotonic()
        yield
        self.phases.drained = monotonic()

    def sent(self, lines: int) -> None:
        del lines
        self.phases.published = monotonic()

    def folded(self, progress: StageProgress) -> None:
        self.phases.records = progress.total
        if progress.done:
            self.phases.begun = self.phases.begun or monotonic()
        if progress.done < progress.total:
            self.phases.folded = 0.0
        else:
            self.phases.folded = self.phases.folded or monotonic()


def main(file: str, database: str) -> None:
    watch = Stopwatch()
    options = running.RunOptions(database, None, Settings())
    summary = asyncio.run(replaying.replay([file], options, watch))
    watch.phases.lines, watch.phases.refused = summary.lines, sum(summary.refused.values())
    sys.stdout.buffer.write(msgspec.json.encode(watch.phases))


if __name__ == "__main__":
    main(*sys.argv[1:])

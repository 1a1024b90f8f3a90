"""Writers, rebuilds and followers of one store as processes, killed at random while all go on."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from time import monotonic, sleep
from typing import Final

from tests.following.copies import lost_below_the_watermark
from tests.following.history import PARTITIONS
from tests.services.kafka import ROOT
from tests.stores import run
from tests.warm import Module

FOLLOWER: Final = "tests.following.follower"
ENDS_S: Final = 60.0
ENOUGH_BATCHES: Final = 60
"""By then members and counts have come and gone."""


class Program:
    """One process at a time, of a module; it ends when its standard input does."""

    def __init__(self, *arguments: str) -> None:
        self._command = arguments
        self._process: Module | None = None

    def start(self) -> None:
        self._process = Module(*self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT)

    def wait_until_it_prints(self) -> None:
        assert self._process is not None
        assert self._process.stdout is not None
        assert self._process.stdout.readline() != b""

    def kill(self) -> None:
        """`kill -9`."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()

    def end(self) -> None:
        assert self._process is not None
        self._process.communicate(timeout=ENDS_S)
        assert self._process.returncode == 0

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None


class Storm:
    """A store at `url` with writers (each with its partitions) and followers (copy by mode) of it.

    Kills, and what a killed follower's copy lacks, are counted.
    """

    def __init__(self, url: str, rng: Random, writers: tuple[tuple[int, ...], ...]) -> None:
        self._url, self._rng, self._partitions = url, rng, writers
        self._writers: list[Program] = []
        self._followers: dict[Path, Program] = {}
        self.kills = 0
        self.lost: list[str] = []

    def follow(self, copy: Path, mode: str) -> None:
        self._followers[copy] = Program(FOLLOWER, self._url, str(copy), mode)
        self._followers[copy].start()

    def write(self, generation: int) -> None:
        """Stop the writers of the generation before; start those of this one."""
        for one in self._writers:
            one.end()
        self._writers = [
            Program("tests.following.writer", self._url, str(generation), *map(str, partitions))
            for partitions in self._partitions
        ]
        for one in self._writers:
            one.start()
        for one in self._writers:
            one.wait_until_it_prints()

    def rebuild(self, generation: int, records: int) -> None:
        """While the old writers still write, and killed once."""
        rebuild = Program("tests.following.rebuild", self._url, str(generation), str(records))
        rebuild.start()
        sleep(self._rng.uniform(1, 2.5))
        rebuild.kill()
        self.kills += 1
        rebuild.start()
        while rebuild.running:
            self._kill_one()
        rebuild.end()

    def rage(self, seconds: float) -> None:
        """So long, and on a busy machine until there is enough to follow."""
        start, before = monotonic(), self._batches()
        while monotonic() < start + seconds or self._batches() < before + ENOUGH_BATCHES:
            assert monotonic() < start + ENDS_S
            self._kill_one()

    def calm(self) -> None:
        """Everything ends; the followers look once more after the last batch."""
        for one in (*self._writers, *self._followers.values()):
            one.end()

    def kill(self) -> None:
        for one in (*self._writers, *self._followers.values()):
            one.kill()

    def _batches(self) -> int:
        [(newest,)] = run(self._url, "SELECT max(batch) FROM batch")
        return int(newest)

    def _kill_one(self) -> None:
        sleep(self._rng.uniform(0.4, 1.2))
        copy = self._rng.choice([None, *self._followers])
        program = self._rng.choice(self._writers) if copy is None else self._followers[copy]
        assert program.running
        program.kill()
        self.kills += 1
        if copy is not None:
            self.lost += lost_below_the_watermark(self._url, copy)
        program.start()


@contextmanager
def storm(url: str, rng: Random, *, writers: int) -> Iterator[Storm]:
    """Partitions are dealt out to so many writers. Nothing is left running."""
    dealt = tuple(PARTITIONS[number::writers] for number in range(writers))
    started = Storm(url, rng, dealt)
    try:
        yield started
    finally:
        started.kill()

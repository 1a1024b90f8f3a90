"""Restart of a killed worker by size of its state: time and memory.

Every member has one enrollment that names one person, so one row in each of the stages `enrollment`,
`journey` and `attribution`. The worker is killed when it has nothing left to do. Then another enrollment is
published and the worker starts again, with its RocksDB or after that was deleted, until the enrollment's
statement is sent: process, imports, group, rows, three stages.
"""

import asyncio
import hashlib
import shutil
import tempfile
from collections.abc import Iterator
from itertools import count, islice
from pathlib import Path
from statistics import median
from time import monotonic, sleep
from typing import NamedTuple

import msgspec
from aiokafka import TopicPartition

from bench.broker import broker
from bench.figures import Table, many, middle
from bench.processes import LOOK_S as WATCH_S
from bench.processes import Watch
from bench.stream import LOOK_S, PATIENCE_S, Stream, through
from models.settings import Settings
from streams.engine.kafka.watermarks import end_offsets
from streams.topics.names import CREDIT

FULL, QUICK = (10_000, 100_000, 1_000_000), (10_000, 100_000)
ROUNDS_IN_FULL = 3
PLACES = ("34.01.02", "34.02.13", "34.03.01", "34.04.07", "34.71.01")
WORKER = "worker"


class Filled(NamedTuple):
    members: int
    members_per_s: float
    peak_mb: float
    broker: str
    deleted: "list[Start]"
    """With RocksDB deleted."""
    kept: "list[Start]"


class Start(NamedTuple):
    seconds: float
    peak_mb: float


def measure(*, full: bool) -> Table:
    sizes, rounds = (FULL, ROUNDS_IN_FULL) if full else (QUICK, 1)
    filled = [_filled(members, rounds) for members in sizes]
    head = (
        "members",
        "filled, members/s",
        "RocksDB deleted: s until at work",
        "kept: s until at work",
        "peak MB: filling",
        "deleted",
        "kept",
    )
    remark = f"{filled[0].broker} In each start are the session time-out of the one that was killed "
    remark += f"({Settings().session_timeout_s:g} s) and some two seconds of imports."
    return Table("recovery", head, list(map(_row, filled)), [remark])


def _row(filled: Filled) -> tuple[str, ...]:
    starts = filled.deleted, filled.kept
    return (
        f"{filled.members:,}",
        many(filled.members_per_s),
        *(middle([one.seconds for one in some]) for some in starts),
        f"{filled.peak_mb:.0f}",
        *(f"{median([one.peak_mb for one in some]):.0f}" for some in starts),
    )


def enrollments() -> Iterator[bytes]:
    """Endless; the same each time."""
    for number in count(1):
        digest = hashlib.sha256(b"%d" % number).hexdigest()
        month, day = 1 + number // 28 % 9, 1 + number % 28
        yield msgspec.json.encode(
            {
                "type": "enrollment",
                "event_id": "-".join((digest[:8], digest[8:12], digest[12:16], digest[16:20], digest[20:32])),
                "occurred_at": f"2017-{month:02}-{day:02}T09:00:00+07:00",
                "recorded_at": f"2017-{month:02}-{day:02}T10:00:00+07:00",
                "source": "bench",
                "member_id": f"B{number:09}",
                "kind": "worker",
                "person": digest,
                "place": PLACES[number % len(PLACES)],
            }
        )


def _filled(members: int, rounds: int) -> Filled:
    """Fill a worker's state, kill it, and start it again."""
    events = enrollments()
    with broker() as one, tempfile.TemporaryDirectory(prefix="sambung-bench-") as folder:
        stream = Stream(one.address, Path(folder), f"sqlite:///{folder}/stream.db")
        stream.publish(islice(events, members))
        with Watch() as watch, stream.worker(WORKER, "--no-sink"):
            stream.wait_until_joined(WORKER)
            began = monotonic()
            asyncio.run(through(stream))
            seconds = monotonic() - began
        filled = Filled(members, members / seconds, watch.of(WORKER).peak_mb, one.words, [], [])
        for _ in range(rounds):
            filled.kept.append(_start(stream, next(events)))
            shutil.rmtree(stream.rows(WORKER))
            filled.deleted.append(_start(stream, next(events)))
    return filled


def _start(stream: Stream, event: bytes) -> Start:
    """Start a worker with the rows that are there; kill it when the event is processed."""
    before = _statements(stream)
    stream.publish([event])
    with Watch() as watch:
        began = monotonic()
        with stream.worker(WORKER, "--no-sink") as process:
            while _statements(stream) == before:
                if process.poll() is not None or monotonic() - began > PATIENCE_S:
                    raise RuntimeError("The worker ended, or was not at work for too long.")
                sleep(LOOK_S)
            seconds = monotonic() - began
            sleep(2 * WATCH_S)  # for a last look at its memory
    return Start(seconds, watch.of(WORKER).peak_mb)


def _statements(stream: Stream) -> int:
    """Number of records on `credit`."""
    places = [TopicPartition(CREDIT, number) for number in range(Settings().partitions)]
    return sum(asyncio.run(end_offsets(stream.connection, places)).values())

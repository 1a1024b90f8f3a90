"""Delay from publish to `live-count`, measured by a client that publishes at a steady rate and watches.

500 lines of a season per second go through all four hops on Apache Kafka and one worker without the store,
after a first part of the season that is sent at once. Measured is every enrollment that counts: from the
instant when it was due to be published to the arrival of the last live count that it changed (`matching.py`).
"""

import asyncio
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from statistics import mean, median, quantiles
from time import monotonic
from typing import NamedTuple

import msgspec
from aiokafka import AIOKafkaConsumer, TopicPartition

from bench.broker import JAVA_THAT_COMPILES_ONCE, broker
from bench.figures import Table, middle
from bench.matching import Matcher, Seen
from bench.season import season_file
from bench.stream import Stream, everything, through
from models.intake.judging import topic_of_line
from models.intake.refusal import Refusal
from sambung.replay.publish import Head
from streams.engine.kafka.connection import Connection
from streams.engine.kafka.sending import new_producer, partition_of
from streams.topics.names import CREDIT, LIVE_COUNT

ROUNDS_IN_FULL = 3
EVENTS_PER_S = 500
FULL_LINES, QUICK_LINES = (20_000, 30_000), (5_000, 10_000)
"""Lines sent at once, and then at the steady rate."""
TARGETS_MS = {"mean": 50, "p99": 150}
WATCH_MS = 100


class Due(NamedTuple):
    topic: str
    event_id: str
    value: bytes


class Delays(NamedTuple):
    """Milliseconds."""

    mean: float
    p50: float
    p99: float
    matched: int
    late: float
    """The most that the publishing client was late."""


def measure(*, full: bool) -> Table:
    before, timed = FULL_LINES if full else QUICK_LINES
    with season_file() as file:
        lines = file.read_bytes().splitlines()[: before + timed]
    events = [list(_due(part)) for part in (lines[:before], lines[before:])]
    runs = []
    for _ in range(ROUNDS_IN_FULL if full else 1):
        with (
            broker(JAVA_THAT_COMPILES_ONCE) as one,
            tempfile.TemporaryDirectory(prefix="sambung-bench-") as folder,
        ):
            stream = Stream(one.address, Path(folder), f"sqlite:///{folder}/stream.db")
            with stream.worker("worker", "--no-sink"):
                stream.publish(lines[:before])
                stream.wait_until_joined("worker")
                runs.append(asyncio.run(_run(stream, events[0], events[1])))
    rows = [
        (name, f"{middle([getattr(run, name) for run in runs])} ms", _target(name))
        for name in ("mean", "p50", "p99")
    ]
    late = max(run.late for run in runs)
    matched = f"{median([run.matched for run in runs]):,.0f}"
    remark = f"{one.words} {timed:,} lines at {EVENTS_PER_S} a second; matched one by one were {matched} "
    remark += f"enrollments. The client was at most {late:.0f} ms behind its clock."
    return Table("delay", ("from publish to live-count", "", "target"), rows, [remark])


def _target(name: str) -> str:
    return f"< {TARGETS_MS[name]} ms" if name in TARGETS_MS else ""


def _due(lines: Sequence[bytes]) -> Iterator[Due]:
    """Lines that name a topic and have an id, in order."""
    for line in lines:
        topic = topic_of_line(line)
        with suppress(ValueError):
            if not isinstance(topic, Refusal):
                yield Due(topic, msgspec.json.decode(line, type=Head).event_id, line)


async def _run(stream: Stream, before: Sequence[Due], events: Sequence[Due]) -> Delays:
    """Events that were also sent before are not measured."""
    topics = await stream.topics()
    await through(stream)
    seen: list[Seen] = []
    watching = asyncio.create_task(_watch(stream.connection, topics.partitions, seen))
    published, late = await _publish(stream.connection, topics.partitions, events)
    await through(stream)
    await asyncio.sleep(2 * WATCH_MS / 1_000)
    watching.cancel()
    sums = await everything(stream.connection, topics.tally, topics.partitions)
    statements = await everything(stream.connection, CREDIT, topics.partitions)
    counted = Matcher(topics.partitions, sums, seen).counted(statements)
    measured = published.keys() - {one.event_id for one in before}
    delays = [1_000 * (at - published[event_id]) for event_id, at in counted if event_id in measured]
    if min(delays) < 0:
        raise ValueError("An enrollment was counted before it was published.")
    percent = quantiles(delays, n=100)
    return Delays(mean(delays), percent[49], percent[98], len(delays), 1_000 * late)


async def _watch(connection: Connection, partitions: int, seen: list[Seen]) -> None:
    """Record every live count from now on, with the time of its arrival."""
    consumer = AIOKafkaConsumer(**connection.options(), enable_auto_commit=False)
    async with consumer:
        consumer.assign([TopicPartition(LIVE_COUNT, number) for number in range(partitions)])
        await consumer.seek_to_end()
        while True:
            polled = await consumer.getmany(timeout_ms=WATCH_MS)
            now = monotonic()
            seen += [Seen(now, record.value) for run in polled.values() for record in run]


async def _publish(
    connection: Connection, partitions: int, events: Sequence[Due]
) -> tuple[dict[str, float], float]:
    """Publish each event when it is due; return these instants by event id, and the most that one was late.

    Of an event that is sent again the first instant counts.
    """
    published: dict[str, float] = {}
    late = 0.0
    async with new_producer(connection, "bench") as producer:
        acknowledged = []
        began = monotonic() + 1.0  # time for the watcher to begin
        for number, (topic, event_id, value) in enumerate(events):
            due = began + number / EVENTS_PER_S
            if (early := due - monotonic()) > 0:
                await asyncio.sleep(early)
            late = max(late, monotonic() - due)
            published.setdefault(event_id, due)
            key = event_id.encode()
            partition = partition_of(key, partitions)
            acknowledged.append(await producer.send(topic, value, key, partition))
        await asyncio.gather(*acknowledged)
    return published, late

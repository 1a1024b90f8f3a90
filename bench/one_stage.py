"""One stage's job on the engine, beside the ceiling and plain Faust: same events, same broker, same run.

Keyed state of the last 50 touches of a company, in RocksDB with a changelog; touches append; an enrollment
(28 % of the events) looks back 30 days and sends a credit record; 20,000 companies, 4 partitions,
at-least-once. Events lie on the broker before the clock starts. No time counts unless what was sent is right.
"""

import asyncio
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from statistics import median
from typing import NamedTuple

import msgspec
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from bench import job
from bench.contenders.task import Task, Timed
from bench.figures import Table, many, middle
from sambung.broker import embedded_broker
from streams.engine.connection import Connection
from streams.engine.sending import KeyValue, new_producer, partition_of, send
from streams.engine.watermarks import end_offsets

FULL, QUICK = 600_000, 150_000
CHUNK = 5_000
ROUNDS_IN_FULL = 3
TIMEOUT_S = 600
READ_WAIT_MS = 500
"""Plain Faust's outputs are very many batches, which the embedded broker reads slowly."""


class Contender(NamedTuple):
    module: str
    words: str
    one_in: int
    """It gets the first event of so many: all of them, or a tenth."""


CONTENDERS = (
    Contender("ceiling", "ceiling: aiokafka, msgspec, a dict; nothing durable", 1),
    Contender("engine", "streams.engine", 1),
    Contender("plain_faust", "plain Faust, an agent an event", 10),
)


class Race(NamedTuple):
    """One contender's times in all rounds."""

    contender: Contender
    events_per_s: list[float]
    peak_mb: list[float]


def measure(*, full: bool) -> Table:
    count, rounds = (FULL, ROUNDS_IN_FULL) if full else (QUICK, 1)
    right = {one.one_in: job.expected(_events(count, one)) for one in CONTENDERS}
    races = [Race(contender, [], []) for contender in CONTENDERS]
    for _ in range(rounds):
        with embedded_broker() as broker:
            for race in races:
                timed = _timed(race.contender, count, broker.address, right[race.contender.one_in])
                race.events_per_s.append(count / race.contender.one_in / timed.seconds)
                race.peak_mb.append(timed.peak_mb)
    return _table(races, count)


def _events(count: int, contender: Contender) -> Iterator[tuple[bytes, bytes]]:
    return islice(job.events(count), count // contender.one_in)


def _timed(contender: Contender, count: int, address: str, right: list[bytes]) -> Timed:
    with tempfile.TemporaryDirectory(prefix="sambung-bench-") as data_dir:
        name = contender.module.replace("_", "-")
        task = Task(address, f"{name}-in", f"{name}-out", name, data_dir, {})
        task.ends = asyncio.run(_published(task, _events(count, contender)))
        timed = _run(contender, task)
        sent = sorted(asyncio.run(_sent(task)))
    if sent != right:
        surplus, missing = Counter(sent) - Counter(right), Counter(right) - Counter(sent)
        raise ValueError(
            f"{name} sent {surplus.total()} records too many, and {missing.total()} are missing."
        )
    return timed


async def _published(task: Task, events: Iterator[tuple[bytes, bytes]]) -> dict[int, int]:
    """Make the contender's topics, put the events on the first; return where its partitions end."""
    admin = AIOKafkaAdminClient(bootstrap_servers=task.address)
    await admin.start()
    changelog = f"{task.name}-credit-changelog"
    await admin.create_topics(
        [NewTopic(one, job.PARTITIONS, 1) for one in (task.input, task.output, changelog)]
    )
    await admin.close()
    ends: dict[int, int] = {}
    async with new_producer(Connection(task.address), "bench") as producer:
        while chunk := list(islice(events, CHUNK)):
            runs: dict[tuple[str, int], list[KeyValue]] = {}
            for key, value in chunk:
                runs.setdefault((task.input, partition_of(key, job.PARTITIONS)), []).append((key, value, ()))
            spans = await send(producer, runs)
            ends |= {partition: span.last + 1 for (_, partition), span in spans.items()}
    return ends


def _run(contender: Contender, task: Task) -> Timed:
    command = [
        sys.executable,
        "-m",
        f"bench.contenders.{contender.module}",
        msgspec.json.encode(task).decode(),
    ]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True, timeout=TIMEOUT_S)  # noqa: S603  ours
    return msgspec.json.decode(done.stdout, type=Timed)


async def _sent(task: Task) -> list[bytes]:
    partitions = [TopicPartition(task.output, number) for number in range(job.PARTITIONS)]
    ends = await end_offsets(Connection(task.address), partitions)
    consumer = AIOKafkaConsumer(
        bootstrap_servers=task.address, enable_auto_commit=False, fetch_max_wait_ms=READ_WAIT_MS
    )
    values: list[bytes] = []
    async with consumer:
        consumer.assign(partitions)
        await consumer.seek_to_beginning()
        while any([await consumer.position(one) < ends[one] for one in partitions]):
            for records in (await consumer.getmany(timeout_ms=READ_WAIT_MS)).values():
                values += [record.value for record in records]
    return values


def _table(races: list[Race], count: int) -> Table:
    speeds = {race.contender.module: median(race.events_per_s) for race in races}
    rows = [
        (
            race.contender.words,
            many(count / race.contender.one_in),
            middle(race.events_per_s),
            f"{speeds['engine'] / speeds[race.contender.module]:.2f}",
            f"{median(race.peak_mb):.0f}",
        )
        for race in races
    ]
    return Table("one-stage", ("", "events", "events/s", "engine : this", "peak MB"), rows)

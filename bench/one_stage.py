"""One stage's job on the engine, beside the ceiling and its peers: same events, same broker, same run.

Keyed state of the last 50 touches of a company, in RocksDB with a changelog; touches append; an enrollment
(28 % of the events) looks back 30 days and sends a credit record; 20,000 companies, 4 partitions,
at-least-once. Events lie on the broker before the clock starts. No time counts unless what was sent is right.
"""

import asyncio
import subprocess
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
from bench.broker import Broker, broker
from bench.contenders.task import Task, Timed
from bench.entrants import ENTRANTS, ROOT, Entrant
from bench.figures import Bar, Table, many, middle
from streams.engine.connection import Connection
from streams.engine.sending import KeyValue, new_producer, partition_of, send
from streams.engine.watermarks import end_offsets

FULL, QUICK, WARM_UP = 600_000, 150_000, 50_000
CHUNK = 5_000
ROUNDS_IN_FULL = 3
TIMEOUT_S = 600
READ_WAIT_MS = 500
"""Plain Faust's outputs are very many batches, which the embedded broker reads slowly."""
HEAD = ("", "events", "events/s", "engine : this", "of the second half", "engine : this", "peak MB")


class Race(NamedTuple):
    """One entrant's times in all rounds."""

    entrant: Entrant
    events_per_s: list[float]
    second_half_per_s: list[float]
    peak_mb: list[float]

    def add(self, count: int, timed: Timed) -> None:
        """One more round, in which it had so many events."""
        self.events_per_s.append(count / timed.seconds)
        self.second_half_per_s.append(count / 2 / timed.second_half_s)
        self.peak_mb.append(timed.peak_mb)


def measure(*, full: bool) -> Table:
    count, rounds = (FULL, ROUNDS_IN_FULL) if full else (QUICK, 1)
    right = {one.one_in: job.expected(_events(count, one)) for one in ENTRANTS}
    races = {one.name: Race(one, [], [], []) for one in ENTRANTS}
    for _ in range(rounds):
        with broker() as there:
            _warm_up(there)
            for entrant in ENTRANTS:
                if not entrant.lacks(there.lacks):
                    timed = _timed(entrant, count, there.address, right[entrant.one_in])
                    races[entrant.name].add(count // entrant.one_in, timed)
    return _table(races, count, there)


def _warm_up(there: Broker) -> None:
    """Let a new broker's machine see what is to come, for nobody's time."""
    entrant = ENTRANTS[0]._replace(name="warm-up")
    _timed(entrant, WARM_UP, there.address, job.expected(_events(WARM_UP, entrant)))


def _events(count: int, entrant: Entrant) -> Iterator[tuple[bytes, bytes]]:
    return islice(job.events(count), count // entrant.one_in)


def _timed(entrant: Entrant, count: int, address: str, right: list[bytes]) -> Timed:
    with tempfile.TemporaryDirectory(prefix="sambung-bench-") as data_dir:
        name = entrant.name
        task = Task(address, f"{name}-in", f"{name}-out", name, data_dir, {})
        asyncio.run(_make_topics(task, entrant))
        task.ends = asyncio.run(_published(task, _events(count, entrant)))
        timed = _run(entrant, task)
        sent = sorted(asyncio.run(_sent(task)))
    if sent != right:
        surplus, missing = Counter(sent) - Counter(right), Counter(right) - Counter(sent)
        raise ValueError(
            f"{name} sent {surplus.total()} records too many, and {missing.total()} are missing."
        )
    return timed


async def _make_topics(task: Task, entrant: Entrant) -> None:
    topics = [NewTopic(one, job.PARTITIONS, 1) for one in (task.input, task.output)]
    if not entrant.makes_changelog:
        compacted = {"cleanup.policy": "compact"}
        topics.append(NewTopic(f"{task.name}-credit-changelog", job.PARTITIONS, 1, topic_configs=compacted))
    admin = AIOKafkaAdminClient(bootstrap_servers=task.address)
    await admin.start()
    await admin.create_topics(topics)
    await admin.close()


async def _published(task: Task, events: Iterator[tuple[bytes, bytes]]) -> dict[int, int]:
    """Put the events on the input topic; return where its partitions end."""
    ends: dict[int, int] = {}
    async with new_producer(Connection(task.address), "bench") as producer:
        while chunk := list(islice(events, CHUNK)):
            runs: dict[tuple[str, int], list[KeyValue]] = {}
            for key, value in chunk:
                runs.setdefault((task.input, partition_of(key, job.PARTITIONS)), []).append((key, value, ()))
            spans = await send(producer, runs)
            ends |= {partition: span.last + 1 for (_, partition), span in spans.items()}
    return ends


def _run(entrant: Entrant, task: Task) -> Timed:
    command = [*entrant.command, msgspec.json.encode(task).decode()]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True, timeout=TIMEOUT_S)  # noqa: S603  ours
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


def _table(races: dict[str, Race], count: int, there: Broker) -> Table:
    whole = {name: median(race.events_per_s) for name, race in races.items() if race.events_per_s}
    second = {name: median(races[name].second_half_per_s) for name in whole}
    rows, remarks, bars = [], [there.words], []
    for name, race in races.items():
        words = race.entrant.words
        if name not in whole:
            rows.append((words, *("not run", "", "", "", "", "")))
            remarks.append(f"Without {words}: {race.entrant.lacks(there.lacks)}.")
            continue
        ratio = f"{whole['engine'] / whole[name]:.2f}"
        cells = (
            many(count / race.entrant.one_in),
            middle(race.events_per_s),
            ratio,
            many(second[name]),
            f"{second['engine'] / second[name]:.2f}",
            f"{median(race.peak_mb):.0f}",
        )
        rows.append((words, *cells))
        bars.append(Bar(words, whole[name], ratio))
    return Table("one-stage", HEAD, rows, remarks, bars)

"""Delay from publish to `live-count`, and CPU time per line, at several steady rates and as a backlog.

A client publishes a season's lines on a clock and watches `live-count`: all four hops on Apache Kafka and one
worker without the store, after a first part of the season. Measured is every enrollment that counts: from the
instant when it was due to be published to the arrival of the last live count that it changed (`matching.py`).
In turn with it, at the same rates and on the same broker: four relays that do nothing.
"""

import asyncio
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from itertools import islice
from pathlib import Path
from statistics import median
from typing import NamedTuple
from uuid import uuid4

import msgspec
from aiokafka.admin import NewTopic

from bench.broker import JAVA_THAT_COMPILES_ONCE, broker
from bench.contenders.relays import TOPICS as RELAYED
from bench.entrants import ROOT
from bench.figures import Table, middle
from bench.matching import Matcher
from bench.processes import cpu_s
from bench.season import season_file
from bench.steady import Delays, Message, Published, Watcher, delays, publish
from bench.stream import Stream, everything, through
from models.intake.judging import topic_of_line
from models.intake.refusal import Refusal
from sambung.replay.publish import Head
from streams.engine.kafka.admin import admin_client
from streams.topics.names import CREDIT, LIVE_COUNT

ROUNDS_IN_FULL = 3
FULL_LINES, QUICK_LINES = 20_000, 5_000
"""Lines sent at once, before the steady ones."""
FULL_RATES = {50: 1_500, 200: 6_000, 500: 20_000, 1_000: 15_000}
QUICK_RATES = {50: 500, 200: 2_000, 500: 7_500, 1_000: 5_000}
"""Lines sent at each rate, per second."""
RELAYED_BYTES = 320
RELAYED_S = 20
"""How long relays are measured at each rate."""
SETTLES_S = 0.5
"""Time for the last counts to reach the watcher."""


class Cpu(NamedTuple):
    """CPU seconds until now, by process."""

    worker_s: Callable[[], float]
    relays_s: Callable[[], float]


class Rate(NamedTuple):
    """What one run measured at one rate."""

    pipeline: Delays
    matched: int
    late_s: float
    line_us: float
    """CPU time of the worker for a line."""
    relays: Delays
    relayed_us: float


class Run(NamedTuple):
    rates: Mapping[int, Rate]
    backlog_us: float
    """CPU time of a worker for a line, when all these lines lie on the broker."""


def measure(*, full: bool) -> Table:
    before, rates = (FULL_LINES, FULL_RATES) if full else (QUICK_LINES, QUICK_RATES)
    with season_file() as file:
        lines = file.read_bytes().splitlines()[: before + sum(rates.values())]
    runs, words = [], ""
    for _ in range(ROUNDS_IN_FULL if full else 1):
        with broker(JAVA_THAT_COMPILES_ONCE) as one, _stream(one.address) as stream:
            backlog_us = _backlog(stream, lines)
        with broker(JAVA_THAT_COMPILES_ONCE) as one, _stream(one.address) as stream:
            runs.append(Run(_steady(stream, lines, before, rates), backlog_us))
            words = one.words
    return _table(runs, f"{words} {before:,} lines were sent at once before; ")


@contextmanager
def _stream(address: str) -> Iterator[Stream]:
    with tempfile.TemporaryDirectory(prefix="sambung-bench-") as folder:
        yield Stream(address, Path(folder), f"sqlite:///{folder}/stream.db")


def _backlog(stream: Stream, lines: Sequence[bytes]) -> float:
    stream.publish(lines)
    with stream.worker("worker", "--no-sink") as process:
        stream.wait_until_joined("worker")
        began_s = cpu_s(process.pid)
        asyncio.run(through(stream))
        return 1e6 * (cpu_s(process.pid) - began_s) / len(lines)


def _steady(
    stream: Stream, lines: Sequence[bytes], before: int, rates: Mapping[int, int]
) -> Mapping[int, Rate]:
    with ExitStack() as running:
        worker = running.enter_context(stream.worker("worker", "--no-sink"))
        stream.publish(lines[:before])
        stream.wait_until_joined("worker")
        asyncio.run(_make_relayed(stream))
        command = [sys.executable, "-m", "bench.contenders.relays", stream.connection.bootstrap]
        relays = subprocess.Popen(command, cwd=ROOT)  # noqa: S603  not user input
        running.callback(relays.wait)
        running.callback(relays.kill)
        known = {one.key for one in _messages(lines[:before])}
        messages = list(_messages(lines[before:]))
        cpu = Cpu(partial(cpu_s, worker.pid), partial(cpu_s, relays.pid))
        return asyncio.run(_all_rates(stream, rates, messages, known, cpu))


async def _make_relayed(stream: Stream) -> None:
    partitions = (await stream.topics()).partitions
    async with admin_client(stream.connection) as admin:
        await admin.create_topics([NewTopic(topic, partitions, 1) for topic in RELAYED])


def _messages(lines: Iterable[bytes]) -> Iterator[Message]:
    """Lines that name a topic and have an id, in order."""
    for line in lines:
        topic = topic_of_line(line)
        with suppress(ValueError):
            if not isinstance(topic, Refusal):
                yield Message(topic, msgspec.json.decode(line, type=Head).event_id.encode(), line)


async def _all_rates(
    stream: Stream, rates: Mapping[int, int], messages: Sequence[Message], known: set[bytes], cpu: Cpu
) -> Mapping[int, Rate]:
    """Publish at each rate to the relays, then to the stages.

    Measured are events that are sent once: of others the first line may be refused, or cancelled by the next.
    """
    times = Counter(one.key for one in messages)
    once = {key for key, sent in times.items() if sent == 1} - known
    topics = await stream.topics()
    connection, partitions = stream.connection, topics.partitions
    relayed: dict[int, tuple[Delays, float]] = {}
    steady: dict[int, Published] = {}
    await through(stream)
    rest = iter(messages)
    async with Watcher(connection, LIVE_COUNT, partitions) as counts:
        for per_s, number in rates.items():
            relayed[per_s] = await _relayed(stream, partitions, per_s, cpu.relays_s)
            some = list(islice(rest, number))
            steady[per_s] = await publish(connection, partitions, some, per_s, cpu.worker_s)
            await through(stream)
        await asyncio.sleep(SETTLES_S)
    sums = await everything(connection, topics.tally, partitions)
    statements = await everything(connection, CREDIT, partitions)
    counted = [(one.encode(), at) for one, at in Matcher(partitions, sums, counts.seen).counted(statements)]
    found: dict[int, Rate] = {}
    for per_s, published in steady.items():
        due = {key: instant for key, instant in published.due.items() if key in once}
        took = [at - due[event_id] for event_id, at in counted if event_id in due]
        line_us = 1e6 * published.cpu_s / rates[per_s]
        found[per_s] = Rate(delays(took), len(took), published.late_s, line_us, *relayed[per_s])
    return found


async def _relayed(
    stream: Stream, partitions: int, per_s: int, relays_s: Callable[[], float]
) -> tuple[Delays, float]:
    keys = [str(uuid4()).encode() for _ in range(per_s * RELAYED_S)]
    messages = [Message(RELAYED[0], key, key.ljust(RELAYED_BYTES)) for key in keys]
    async with Watcher(stream.connection, RELAYED[-1], partitions) as watcher:
        published = await publish(stream.connection, partitions, messages, per_s, relays_s)
        await watcher.until(len(messages))
    took = [at - published.due[value.rstrip()] for at, value in watcher.seen]
    return delays(took), 1e6 * published.cpu_s / len(messages)


def _table(runs: Sequence[Run], remark: str) -> Table:
    head = ("lines/s", "", "mean, ms", "p50, ms", "p99, ms", "CPU per line, µs", "CPU : backlog")
    rows = [row for per_s in runs[0].rates for row in _rows(per_s, runs)]
    rows.append(("backlog", "", "", "", "", middle([run.backlog_us for run in runs]), "1.00"))
    matched = median(sum(rate.matched for rate in run.rates.values()) for run in runs)
    late_ms = 1_000 * max(rate.late_s for run in runs for rate in run.rates.values())
    remark += f"matched one by one were {matched:,.0f} enrollments. "
    remark += f"The client was at most {late_ms:.0f} ms behind its clock."
    return Table("delay", head, rows, [remark])


def _rows(per_s: int, runs: Sequence[Run]) -> Iterator[Sequence[str]]:
    found = [run.rates[per_s] for run in runs]
    line_us = middle([one.line_us for one in found])
    by_backlog = middle([run.rates[per_s].line_us / run.backlog_us for run in runs])
    relayed_us = middle([one.relayed_us for one in found])
    yield (
        f"{per_s:,}",
        "publish to live-count",
        *_delays([one.pipeline for one in found]),
        line_us,
        by_backlog,
    )
    yield "", "four bare relays", *_delays([one.relays for one in found]), relayed_us, ""
    yield "", "ratio", *_delays([_ratio(one) for one in found]), "", ""


def _delays(found: Sequence[Delays]) -> Iterator[str]:
    return (middle([getattr(one, name) for one in found]) for name in Delays._fields)


def _ratio(one: Rate) -> Delays:
    return Delays(*(ours / theirs for ours, theirs in zip(one.pipeline, one.relays, strict=True)))

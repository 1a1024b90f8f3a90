"""`/v1/live`: many readers at once, and the delay from POST to a reader.

First 1,000 readers of one gateway while the store changes 50 campaigns per second: the gateway's share of a
core, and how long after the last change each reader has it, with the right totals of all campaigns. Then a
whole stream on Apache Kafka, one worker, one gateway: 200 enrollments per second are posted one by one, each
declaring one of 100 campaigns; measured is the time until a reader is told of it.
"""

import asyncio
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import mean, quantiles
from time import monotonic, sleep
from typing import NamedTuple, Self
from urllib.parse import urlsplit

import aiohttp
import msgspec

from bench.broker import JAVA_THAT_COMPILES_ONCE, broker
from bench.contenders.live_readers import Readings, Task
from bench.figures import Table, many
from bench.processes import Watch
from bench.serving import Server, gateway_of, own
from bench.stream import Stream
from models.statement import CountRow, LiveCount, first_version
from sinks.base import Batch
from sinks.sql import SqlSink
from tests.builders import enrollment

READERS, CHANGES_PER_S, CAMPAIGNS, ROUNDS_PER_S = 1_000, 50, 50, 10
POSTS_PER_S, DECLARED = 200, 100
FULL_S, QUICK_S = 30, 10
PATIENCE_S = 30.0
LAST = "the-last"
MEMBER = 1_000_000
TARGETS = {"cpu": "< 50 %", "last": "< 2 s", "mean": "< 800 ms", "p99": "< 2,000 ms"}


class Fanned(NamedTuple):
    cpu: float
    """Cores that the gateway took."""
    last_s: float
    """From the last change in the store to the last reader that has it."""
    wrong: int
    peak_mb: float


def measure(*, full: bool) -> Table:
    seconds = FULL_S if full else QUICK_S
    with tempfile.TemporaryDirectory(prefix="sambung-bench-") as folder:
        with broker(JAVA_THAT_COMPILES_ONCE) as one:
            fanned = _fan_out(one.address, Path(folder), seconds)
        if fanned.wrong:
            raise ValueError(f"{fanned.wrong} of {READERS} readers were told something else.")
        with broker(JAVA_THAT_COMPILES_ONCE) as one:
            delays = _delays(one.address, Path(folder), seconds)
    percent = quantiles(delays, n=100)
    rows = [
        (
            f"{READERS:,} readers, {CHANGES_PER_S} changes/s: gateway's CPU",
            f"{100 * fanned.cpu:.0f} % of a core",
            TARGETS["cpu"],
        ),
        ("the last change at the last of them", f"{fanned.last_s:.2f} s", TARGETS["last"]),
        ("the gateway's peak", f"{many(fanned.peak_mb)} MB", ""),
        (f"POST to SSE at {POSTS_PER_S}/s: mean", f"{many(mean(delays))} ms", TARGETS["mean"]),
        ("p50", f"{many(percent[49])} ms", ""),
        ("p99", f"{many(percent[98])} ms", TARGETS["p99"]),
    ]
    return Table("live", ("", "", "target"), rows, [one.words])


def _fan_out(address: str, folder: Path, seconds: int) -> Fanned:
    with own(address, folder) as server, Watch() as watch, _Changes(server.database) as changes:
        changes.all_campaigns()
        task = Task(
            urlsplit(server.url).port or 0, server.key, READERS, LAST, changes.totals_after(seconds), 120.0
        )
        with _readers(task) as readers:
            before = watch.of(server.word)
            began = monotonic()
            changes.go_on(seconds)
            cpu = (watch.of(server.word).cpu_s - before.cpu_s) / (monotonic() - began)
            ended = changes.end()
            readings = _readings(readers)
    return Fanned(
        cpu,
        max(readings.arrived_s, default=ended + 99) - ended,
        readings.wrong,
        watch.of(server.word).peak_mb,
    )


class _Changes:
    """Writes live counts into a store, as the worker's sink would."""

    def __init__(self, database: str) -> None:
        self._sink = SqlSink(database)
        generation = self._sink.current_generation()
        assert generation is not None  # noqa: S101  its topics were created
        self._generation = generation.number
        self._version = first_version(self._generation)
        self._round = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._sink.close()

    def all_campaigns(self) -> None:
        self._write({f"campaign-{number}": MEMBER for number in range(CAMPAIGNS)})

    def totals_after(self, seconds: int) -> dict[str, int]:
        rounds = seconds * ROUNDS_PER_S
        return {f"campaign-{number}": self._total(number, rounds) for number in range(CAMPAIGNS)}

    def _total(self, number: int, rounds: int) -> int:
        every = CAMPAIGNS * ROUNDS_PER_S // CHANGES_PER_S
        return MEMBER * (1 + (rounds - 1 - number % every) // every + 1)

    def go_on(self, seconds: int) -> None:
        every, began = CAMPAIGNS * ROUNDS_PER_S // CHANGES_PER_S, monotonic()
        for number in range(seconds * ROUNDS_PER_S):
            sleep(max(0.0, began + number / ROUNDS_PER_S - monotonic()))
            these = range(number % every, CAMPAIGNS, every)
            self._write({f"campaign-{one}": self._total(one, number + 1) for one in these})

    def end(self) -> float:
        self._write({LAST: MEMBER})
        return monotonic()

    def _write(self, totals: dict[str, int]) -> None:
        self._version += 1
        records = [
            msgspec.json.encode(
                LiveCount(
                    name,
                    self._version,
                    (CountRow("34.04", "2017-09", "worker", "first", total, total // MEMBER),),
                )
            )
            for name, total in totals.items()
        ]
        self._sink.apply(Batch(self._generation, counts=records))


@contextmanager
def _readers(task: Task) -> Iterator["subprocess.Popen[str]"]:
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.contenders.live_readers"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None  # noqa: S101
    assert process.stdout is not None  # noqa: S101
    try:
        process.stdin.write(msgspec.json.encode(task).decode() + "\n")
        process.stdin.flush()
        if process.stdout.readline().strip() != "ready":
            raise RuntimeError("The readers did not get their snapshots.")
        yield process
    finally:
        process.kill()
        process.wait()


def _readings(process: "subprocess.Popen[str]") -> Readings:
    assert process.stdout is not None  # noqa: S101
    return msgspec.json.decode(process.stdout.readline(), type=Readings)


def _delays(address: str, folder: Path, seconds: int) -> list[float]:
    """Milliseconds from each POST to the message that has it."""
    stream = Stream(address, folder, f"sqlite:///{folder}/delays.db")
    with stream.worker("worker"):
        stream.wait_until_joined("worker")
        with gateway_of(address, stream.database, folder) as server:
            return asyncio.run(_post_and_watch(server, seconds))


async def _post_and_watch(server: Server, seconds: int) -> list[float]:
    posted: dict[tuple[str, int], float] = {}
    delays: list[float] = []
    headers = {"Authorization": f"Bearer {server.key}"}
    async with (
        aiohttp.ClientSession(headers=headers, timeout=aiohttp.ClientTimeout(None)) as session,
        session.get(f"{server.url}/v1/live") as answer,
    ):
        watching = asyncio.create_task(_watch(answer, posted, delays, seconds * POSTS_PER_S))
        await _post(session, server.url, seconds, posted)
        async with asyncio.timeout(PATIENCE_S):
            await watching
    return delays


async def _post(
    session: aiohttp.ClientSession, url: str, seconds: int, posted: dict[tuple[str, int], float]
) -> None:
    began = monotonic()
    async with asyncio.TaskGroup() as group:
        for number in range(seconds * POSTS_PER_S):
            await asyncio.sleep(max(0.0, began + number / POSTS_PER_S - monotonic()))
            campaign = f"declared-{number % DECLARED}"
            event = enrollment(f"bench-{number}", person=None, declared=campaign)
            posted[campaign, number // DECLARED + 1] = monotonic()
            group.create_task(_post_one(session, url, event))


async def _post_one(session: aiohttp.ClientSession, url: str, event: dict[str, object]) -> None:
    async with session.post(f"{url}/v1/events", json=event) as answer:
        if answer.status != 200:
            raise ValueError(await answer.text())


async def _watch(
    answer: aiohttp.ClientResponse, posted: dict[tuple[str, int], float], delays: list[float], wanted: int
) -> None:
    """Until so many enrollments were told."""
    seen: dict[str, int] = {}
    async for campaign, members in _campaigns(answer):
        now, before = monotonic(), seen.get(campaign, 0)
        delays += [1_000 * (now - posted[campaign, number]) for number in range(before + 1, members + 1)]
        seen[campaign] = members
        if len(delays) == wanted:
            return


async def _campaigns(answer: aiohttp.ClientResponse) -> AsyncIterator[tuple[str, int]]:
    """Campaigns and their workers, as they are told."""
    event = b""
    async for line in answer.content:
        if line.startswith(b"event: "):
            event = line[7:].strip()
        if line.startswith(b"data: ") and event == b"campaign":
            told = msgspec.json.decode(line[6:])
            yield told["campaign_id"], told["workers"]["first"] // MEMBER

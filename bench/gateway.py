"""The gateway beside a naive one and beside the loop that both contain: same events, same broker, same run.

Batches of 500 events of a clean season, posted by wrk over 16 connections for some seconds; every request
must be answered with 200, and as many records as were accepted must be in the topics. Then single events: the
highest rate by wrk, and delays at half of that rate by h2load. The loop is `judge` and `canonical` alone, in
this process, for the same events.
"""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter
from typing import NamedTuple

from bench.broker import JAVA_THAT_COMPILES_ONCE, broker
from bench.figures import Table, many, middle
from bench.processes import Watch
from bench.serving import Server, naive, own
from models.events import canonical
from models.intake.judging import judge, topic_of_line
from models.intake.refusal import Refusal
from models.places import Places
from sambung.season import simulate

SEED = 2017
BATCH, BATCHES = 500, 60
CONNECTIONS = 16
FULL_S, QUICK_S = 15, 5
ROUNDS_IN_FULL = 3
SCRIPT = Path(__file__).with_name("load.lua")
TOOLS = ("wrk", "h2load")


class Load(NamedTuple):
    requests_per_s: float
    p50_ms: float
    p99_ms: float


class Round(NamedTuple):
    batches: Load
    event_us: float
    """CPU time of the server per event in batches."""
    single: Load
    half: Load
    """Single events at half of the rate of `single`."""
    peak_mb: float


def measure(*, full: bool) -> Table:
    head = (
        "",
        "events/s, batches of 500",
        "of the loop",
        "CPU µs per event",
        "single events/s",
        "p99 at half of it",
        "peak MB",
    )
    if missing := [tool for tool in TOOLS if shutil.which(tool) is None]:
        words = f"Not run: {' and '.join(missing)} missing (Debian: apt install wrk nghttp2-client)."
        return Table("gateway", head, [], [words])
    seconds = FULL_S if full else QUICK_S
    lines = [line.strip() for line in simulate("diy-2017", SEED, clean=True).lines()][: BATCH * BATCHES]
    loops: list[float] = []
    rounds: dict[str, list[Round]] = {}
    with tempfile.TemporaryDirectory(prefix="sambung-bench-") as folder:
        bodies, singles = _bodies(Path(folder), lines)
        for _ in range(ROUNDS_IN_FULL if full else 1):
            loops.append(_loop(lines))
            with broker(JAVA_THAT_COMPILES_ONCE) as one:
                for name, serve in (("sambung serve", own), ("naive: FastAPI, aiokafka", naive)):
                    with serve(one.address, Path(folder)) as server:
                        rounds.setdefault(name, []).append(_round(server, bodies, singles, seconds))
    loop = median(loops)
    rows = [_row(name, runs, loop) for name, runs in rounds.items()]
    alone = ("judge and canonical, no HTTP, no Kafka", middle(loops), "1.00", many(1e6 / loop), "", "", "")
    rows.append(alone)
    return Table("gateway", head, rows, [one.words])


def _row(name: str, runs: list[Round], loop: float) -> tuple[str, ...]:
    events = [BATCH * run.batches.requests_per_s for run in runs]
    return (
        name,
        middle(events),
        f"{median(events) / loop:.2f}",
        middle([run.event_us for run in runs]),
        middle([run.single.requests_per_s for run in runs]),
        f"{middle([run.half.p99_ms for run in runs])} ms",
        many(max(run.peak_mb for run in runs)),
    )


def _bodies(folder: Path, lines: list[bytes]) -> tuple[Path, Path]:
    """Folders of bodies: batches, and single events in a list of one."""
    batches, singles = folder / "batches", folder / "singles"
    for path in (batches, singles):
        path.mkdir()
    for number in range(BATCHES):
        several = b",".join(lines[number * BATCH : (number + 1) * BATCH])
        (batches / f"{number}.json").write_bytes(b"[" + several + b"]")
    for number, line in enumerate(lines[:1_000]):
        (singles / f"{number}.json").write_bytes(b"[" + line + b"]")
    return batches, singles


def _loop(lines: list[bytes]) -> float:
    """Events per second of what each gateway has to do at least."""
    places = Places.load()
    began = perf_counter()
    for line in lines:
        topic = topic_of_line(line)
        event = Refusal if isinstance(topic, Refusal) else judge(topic, line, places)
        if isinstance(event, Refusal):
            raise TypeError("A clean season has no refused event.")
        canonical(event)
    return len(lines) / (perf_counter() - began)


def _round(server: Server, bodies: Path, singles: Path, seconds: int) -> Round:
    with Watch() as watch:
        _wrk(server, bodies, 2)  # warm up
        before, used_s = server.records(), watch.of(server.word).cpu_s
        batches = _wrk(server, bodies, seconds)
        event_us = 1e6 * (watch.of(server.word).cpu_s - used_s) / (BATCH * batches.requests_per_s * seconds)
        single = _wrk(server, singles, seconds)
        half = _at_rate(server, singles / "0.json", single.requests_per_s / 2, seconds)
    _check(server, before, BATCH * batches.requests_per_s * seconds)
    return Round(batches, event_us, single, half, watch.of(server.word).peak_mb)


def _check(server: Server, before: int, accepted: float) -> None:
    """Raises ValueError if fewer records are in the topics than were accepted."""
    stored = server.records() - before
    if stored < 0.98 * accepted:  # requests that the end cut off were not answered
        raise ValueError(f"{accepted:,.0f} events were accepted, and {stored:,} are in the topics.")


def _wrk(server: Server, bodies: Path, seconds: int) -> Load:
    command = [
        "wrk",
        "-t1",
        f"-c{CONNECTIONS}",
        f"-d{seconds}s",
        "--timeout=30s",
        "--latency",
        "-s",
        str(SCRIPT),
        server.url,
    ]
    environment = os.environ | {"BENCH_BODIES": str(bodies), "BENCH_KEY": server.key}
    done = subprocess.run(  # noqa: S603  not user input
        command, env=environment, check=True, capture_output=True, text=True
    )
    found = [line.split()[1:] for line in done.stdout.splitlines() if line.startswith("RESULT ")]
    requests, took_us, failed, p50_us, p99_us = map(int, found[0])
    if failed or not requests:
        raise ValueError(f"{failed} of {requests} requests failed:\n{done.stdout}")
    return Load(requests / took_us * 1e6, p50_us / 1_000, p99_us / 1_000)


def _at_rate(server: Server, body: Path, requests_per_s: float, seconds: int) -> Load:
    """Delays at a steady rate, from the instants when the requests were sent."""
    log = body.with_suffix(".log")
    log.unlink(missing_ok=True)
    rate = max(1, round(requests_per_s / CONNECTIONS))
    command = ["h2load", "--h1", f"--clients={CONNECTIONS}", f"--rps={rate}", f"--duration={seconds}"]
    command += [f"--data={body}", f"--header=Authorization: Bearer {server.key}"]
    command += ["--header=Content-Type: application/json", f"--log-file={log}", f"{server.url}/v1/events"]
    subprocess.run(command, check=True, capture_output=True)  # noqa: S603  not user input
    answers = [line.split("\t") for line in log.read_text(encoding="utf-8").splitlines()]
    if failed := [one for one in answers if one[1] != "200"]:
        raise ValueError(f"{len(failed)} of {len(answers)} requests failed: {failed[0]}")
    percent = quantiles([int(took_us) / 1_000 for _, _, took_us in answers], n=100)
    return Load(len(answers) / seconds, percent[49], percent[98])

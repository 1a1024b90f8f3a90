"""Whether the engine gets slower with more: the one-stage job at 100,000, 1,000,000 and 3,000,000 events.

A company's row grows with its events until it holds 50 touches, so with as many companies at every size more
events would mean more work for each. So companies grow with events, 150 events each, and every event costs
the job's code the same; state and logs are thirty times as large at the end. The job with all of its 20,000
companies at every size stands below.
"""

import asyncio
import tempfile
from collections.abc import Iterator
from typing import NamedTuple

from bench import job
from bench.broker import broker
from bench.contenders.task import Task, Timed
from bench.entrants import ENTRANTS, Entrant
from bench.figures import Table, many, middle
from bench.one_stage import _make_topics, _published, _run, _sent

ROUNDS_IN_FULL = 3
EVENTS_A_COMPANY = 150
FULL, QUICK = (100_000, 1_000_000, 3_000_000), (50_000, 150_000)
ENGINE = next(entrant for entrant in ENTRANTS if entrant.name == "engine")


class Size(NamedTuple):
    events: int
    companies: int


def measure(*, full: bool) -> Table:
    counts, rounds = (FULL, ROUNDS_IN_FULL) if full else (QUICK, 1)
    same = [Size(count, count // EVENTS_A_COMPANY) for count in counts]
    others = [Size(count, job.COMPANIES) for count in counts]
    sizes = list(dict.fromkeys(same + others))
    timed: dict[Size, list[Timed]] = {}
    for size in sizes:
        right = job.expected(events(size))
        with broker() as there:
            timed[size] = [_timed(there.address, size, right, number) for number in range(rounds)]
    rows = [_row(size, timed[size]) for size in sizes]
    return Table("flat", ("events", "companies", "events/s", "peak MB"), rows, [there.words])


def _row(size: Size, timed: list[Timed]) -> tuple[str, ...]:
    rates = middle([size.events / one.seconds for one in timed])
    return f"{size.events:,}", many(size.companies), rates, middle([one.peak_mb for one in timed])


def events(size: Size) -> Iterator[tuple[bytes, bytes]]:
    """The job's, each of its companies made one of the first so many."""
    for key, value in job.events(size.events):
        company = b"company-%05d" % (int(key[-5:]) % size.companies)
        yield company, value.replace(key, company)


def _timed(address: str, size: Size, right: list[bytes], number: int) -> Timed:
    """Raises ValueError unless the engine sent what is right."""
    engine: Entrant = ENGINE._replace(name=f"engine-{number}")
    with tempfile.TemporaryDirectory(prefix="sambung-bench-") as data_dir:
        task = Task(address, f"{engine.name}-in", f"{engine.name}-out", engine.name, data_dir, {})
        asyncio.run(_make_topics(task, engine))
        task.ends = asyncio.run(_published(task, events(size)))
        timed = _run(engine, task)
        if sorted(asyncio.run(_sent(task))) != right:
            raise ValueError(f"The engine did not send what the job says, of {size.events:,} events.")
    return timed

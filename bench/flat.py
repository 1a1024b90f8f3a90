"""Whether the engine gets slower with more: the one-stage job at 100,000, 1,000,000 and 3,000,000 events.

A company's row grows with its events until it holds 50 touches, so with as many companies at every size more
events would mean more work for each. So companies grow with events, 150 events each, and every event costs
the job's code the same; state and logs are thirty times as large at the end. The job with all of its 20,000
companies at every size stands below.
"""

from collections.abc import Iterator
from typing import NamedTuple

from bench import job
from bench.broker import broker
from bench.contenders.task import Timed
from bench.entrants import ENTRANTS
from bench.figures import Table, many, middle
from bench.trial import timed

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
    taken: dict[Size, list[Timed]] = {}
    for size in sizes:
        right = job.expected(events(size))
        with broker() as there:
            engines = [ENGINE._replace(name=f"engine-{number}") for number in range(rounds)]
            taken[size] = [timed(engine, there.address, events(size), right) for engine in engines]
    rows = [_row(size, taken[size]) for size in sizes]
    return Table("flat", ("events", "companies", "events/s", "peak MB"), rows, [there.words])


def _row(size: Size, taken: list[Timed]) -> tuple[str, ...]:
    rates = middle([size.events / one.seconds for one in taken])
    return f"{size.events:,}", many(size.companies), rates, middle([one.peak_mb for one in taken])


def events(size: Size) -> Iterator[tuple[bytes, bytes]]:
    """The job's, each of its companies made one of the first so many."""
    for key, value in job.events(size.events):
        company = b"company-%05d" % (int(key[-5:]) % size.companies)
        yield company, value.replace(key, company)

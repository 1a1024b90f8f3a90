"""Whether the engine gets slower with more: the one-stage job at 100,000, 1,000,000 and 3,000,000 events.

A company's row grows with its events until it holds 50 touches, so with as many companies at every size more
events would mean more work for each. So companies grow with events, 150 events each, and every event costs
the job's code as many steps; state and logs are thirty times as large at the end. The job with all of its
20,000 companies at every size stands below. Steps over more memory take longer: the ceiling, in turn with
the engine on the same broker, shows by how much without any engine.
"""

from collections.abc import Iterator
from statistics import median
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
RACING = [entrant for entrant in ENTRANTS if entrant.name in {"engine", "ceiling"}]
HEAD = (
    "events",
    "companies",
    "engine: events/s",
    "ceiling: events/s",
    "engine : ceiling",
    "peak MB: engine",
    "ceiling",
)


class Size(NamedTuple):
    events: int
    companies: int


def measure(*, full: bool) -> Table:
    counts, rounds = (FULL, ROUNDS_IN_FULL) if full else (QUICK, 1)
    same = [Size(count, count // EVENTS_A_COMPANY) for count in counts]
    others = [Size(count, job.COMPANIES) for count in counts]
    rows: list[tuple[str, ...]] = []
    for size in dict.fromkeys(same + others):
        right = job.expected(events(size))
        taken: dict[str, list[Timed]] = {entrant.name: [] for entrant in RACING}
        with broker() as there:
            for number in range(rounds):
                for entrant in RACING:
                    named = entrant._replace(name=f"{entrant.name}-{number}")
                    taken[entrant.name].append(timed(named, there.address, events(size), right))
        rows.append(_row(size, taken["engine"], taken["ceiling"]))
    return Table("flat", HEAD, rows, [there.words])


def _row(size: Size, *racing: list[Timed]) -> tuple[str, ...]:
    rates = [[size.events / one.seconds for one in taken] for taken in racing]
    engine, ceiling = map(median, rates)
    peaks = [f"{median([one.peak_mb for one in taken]):.0f}" for taken in racing]
    return (
        f"{size.events:,}",
        many(size.companies),
        *map(middle, rates),
        f"{engine / ceiling:.2f}",
        *peaks,
    )


def events(size: Size) -> Iterator[tuple[bytes, bytes]]:
    """The job's, each of its companies made one of the first so many."""
    for key, value in job.events(size.events):
        company = b"company-%05d" % (int(key[-5:]) % size.companies)
        yield company, value.replace(key, company)

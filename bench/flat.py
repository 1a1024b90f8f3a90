"""Speed against size: the one-stage job at 100,000, 1,000,000 and 3,000,000 events.

A company's row grows with its events until it has 50 touches, so with a fixed number of companies more events
would mean more work for each. So the number of companies grows too, with 150 events each: the job's code does
the same work per event, while state and logs become thirty times as large. Further rows have all 20,000
companies at every size. Access to more memory takes longer: the ceiling, run in turn with the engine on the
same broker, shows by how much without any engine.
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
    """The job's events, mapped to fewer companies."""
    for key, value in job.events(size.events):
        company = b"company-%05d" % (int(key[-5:]) % size.companies)
        yield company, value.replace(key, company)

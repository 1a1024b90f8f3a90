"""The one-stage job on the engine, the ceiling and its peers: same events, same broker, same run.

Keyed state of the last 50 touches of a company, in RocksDB with a changelog; touches append; an enrollment
(28 % of the events) looks back 30 days and sends a credit record; 20,000 companies, 4 partitions,
at-least-once. All events are on the broker before the clock starts. A time counts only if the
output is right.
"""

from collections.abc import Iterator
from itertools import islice
from statistics import median
from typing import NamedTuple

from bench import job
from bench.broker import Broker, broker
from bench.contenders.task import Timed
from bench.entrants import ENTRANTS, Entrant
from bench.figures import Bar, Table, many, middle
from bench.trial import timed

FULL, QUICK, WARM_UP = 600_000, 150_000, 50_000
ROUNDS_IN_FULL = 3
HEAD = ("", "events", "events/s", "engine : this", "of the second half", "engine : this", "peak MB")


class Race(NamedTuple):
    """One entrant's times in all rounds."""

    entrant: Entrant
    events_per_s: list[float]
    second_half_per_s: list[float]
    peak_mb: list[float]

    def add(self, count: int, took: Timed) -> None:
        """Add a round of `count` events."""
        self.events_per_s.append(count / took.seconds)
        self.second_half_per_s.append(count / 2 / took.second_half_s)
        self.peak_mb.append(took.peak_mb)


def measure(*, full: bool) -> Table:
    count, rounds = (FULL, ROUNDS_IN_FULL) if full else (QUICK, 1)
    right = {one.one_in: job.expected(_events(count, one)) for one in ENTRANTS}
    races = {one.name: Race(one, [], [], []) for one in ENTRANTS}
    for _ in range(rounds):
        with broker() as there:
            _warm_up(there)
            for entrant in ENTRANTS:
                if not entrant.lacks(there.lacks):
                    took = timed(entrant, there.address, _events(count, entrant), right[entrant.one_in])
                    races[entrant.name].add(count // entrant.one_in, took)
    return _table(races, count, there)


def _warm_up(there: Broker) -> None:
    """Warm up a new broker; not measured."""
    entrant = ENTRANTS[0]._replace(name="warm-up")
    timed(entrant, there.address, _events(WARM_UP, entrant), job.expected(_events(WARM_UP, entrant)))


def _events(count: int, entrant: Entrant) -> Iterator[tuple[bytes, bytes]]:
    return islice(job.events(count), count // entrant.one_in)


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

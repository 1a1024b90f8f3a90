"""A report is made once for all who ask, and anew when the store has changed."""

import asyncio
from pathlib import Path

from sqlalchemy import Connection

from api.reading.latest import REST, Found, Latest
from api.reading.marks import Mark
from api.store import StoreReader
from tests.reports.filled import Filled
from tests.sinks.records import statement


class Clock:
    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


class Report:
    """Takes a second, and says how often it was made."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.made = 0

    def __call__(self, connection: Connection) -> int:
        assert connection.in_transaction()
        self._clock.now_s += 1
        self.made += 1
        return self.made


def test_it_is_made_once_for_many_and_anew_when_it_has_rested(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/sambung.db"
    filled, clock = Filled(url), Clock()
    report = Report(clock)

    async def ask() -> None:
        latest = Latest(StoreReader(url), report, clock)
        found = await asyncio.gather(*(latest.found() for _ in range(10)))
        assert [one.report for one in found] == [1] * 10
        clock.now_s += REST
        assert await latest.found() == found[0], "the store has not changed"
        filled.apply(statement("m1"))
        assert (await latest.found()).mark.batch > found[0].mark.batch
        filled.apply(statement("m2"))
        assert (await latest.found()).report == 2, "it rests"
        clock.now_s += REST
        last: Found[int] = await latest.found()
        assert (last.report, last.mark) > (2, Mark(0, 0))

    asyncio.run(ask())
    filled.close()

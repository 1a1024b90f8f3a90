"""What the newest days are expected to reach, on the page, by hand."""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from math import floor
from random import Random
from zoneinfo import ZoneInfo

import httpx
from fastapi import FastAPI

from tests.api.page.conftest import Talk
from tests.api.page.told import told
from tests.builders import Event, company, enrollment
from tests.reports.filled import Filled
from tests.sinks.records import statement

LOOKBACK, SHOWN = timedelta(days=90), 14
LAST = datetime(2017, 9, 30, 5, tzinfo=UTC)
LATE_DAYS = (0, 0, 0, 1, 1, 3, 8, 20)


def test_the_newest_days_are_expected_to_reach_what_lateness_says(
    app: FastAPI, store: Filled, signed_in: Callable[[Talk], None]
) -> None:
    events = list(season())
    store.accept(*events)
    store.apply(*(member(number, one) for number, one in enumerate(events, 1)))
    shown: dict[date, list[int]] = {}

    async def talk(client: httpx.AsyncClient) -> None:
        await app.state.desk.count(60)
        for about, values in told((await client.get("/")).text).items():
            if about[0] == "part=growth":
                shown[date.fromisoformat(about[1].removeprefix("day="))] = values

    signed_in(talk)
    assert shown == by_hand(events)


def season() -> Iterator[Event]:
    """Enrollments of four months, most of them recorded soon, some weeks later."""
    dice = Random(7)
    for number in range(400):
        happened = LAST - timedelta(hours=dice.randrange(24 * 120) if number else 0)
        recorded = happened + timedelta(days=dice.choice(LATE_DAYS), hours=dice.randrange(12))
        kind = dice.choice(("worker", "worker", "company"))
        one = enrollment if kind == "worker" else company
        yield one(f"m{number}", occurred_at=happened.isoformat(), recorded_at=recorded.isoformat())


def member(number: int, one: Event) -> bytes:
    happened = datetime.fromisoformat(one["occurred_at"]).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return statement(one["member_id"], number, kind=one["kind"], occurred_at=happened)


def by_hand(enrollments: list[Event]) -> dict[date, list[int]]:
    """Of each shown day: its workers so far, and what it is expected to reach."""
    last = max(day(one, "occurred_at") for one in enrollments)
    lately = [one for one in enrollments if last - LOOKBACK < day(one, "recorded_at") <= last]
    late = [(day(one, "recorded_at") - day(one, "occurred_at")).days for one in lately]
    workers = Counter(day(one, "occurred_at") for one in enrollments if one["kind"] == "worker")
    found = {}
    for age in range(SHOWN):
        recorded = Fraction(sum(one <= age for one in late), len(late))
        when = last - timedelta(days=age)
        found[when] = [workers[when], floor(workers[when] / recorded + Fraction(1, 2))]
    return found


def day(one: Event, field: str) -> date:
    return datetime.fromisoformat(one[field]).astimezone(ZoneInfo("Asia/Jakarta")).date()

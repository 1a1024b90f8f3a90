"""Pace of events: at once in a quiet stream, in batches in a busy one; other topics never wait."""

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka.protocol.fetch import FetchRequest

from streams.engine.kafka.fetch_pace import BUSY_EVENTS_PER_S, MAX_INTERVAL_S, FetchPace

FETCH_S = 0.01
EVENTS, BETWEEN = ("events", [(0, 5, 1)]), ("between", [(0, 9, 1)])
WAIT_MS = 50


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def after(clock: Clock, per_s: float, fetches: int = 500) -> FetchPace:
    """The pace after many fetches, each with the events of its time."""
    pace = FetchPace({"events"}, clock)
    for _ in range(fetches):
        clock.now += FETCH_S
        pace.received(round(per_s * FETCH_S))
    return pace


def fetched(pace: FetchPace, *topics: Any) -> list[FetchRequest]:
    """The request that is sent in place of one of these topics; none if it waits and is cancelled."""
    sent: list[FetchRequest] = []

    async def as_it_is(_assignment: object, _node: object, request: FetchRequest) -> bool:
        sent.append(request)
        return True

    async def scenario() -> None:
        consumer: Any = SimpleNamespace(_fetcher=SimpleNamespace(_proc_fetch_request=as_it_is))
        pace.install_in(consumer)
        request = FetchRequest(WAIT_MS, 1, 1 << 20, 1, list(topics))
        fetching = asyncio.ensure_future(consumer._fetcher._proc_fetch_request(None, 1, request))
        await asyncio.sleep(MAX_INTERVAL_S / 10)
        fetching.cancel()
        assert await fetching == bool(sent)

    asyncio.run(scenario())
    return sent


@pytest.mark.parametrize(("per_s", "share"), [(0, 0.0), (100, 0.2), (500, 1.0), (100_000, 1.0)])
def test_the_interval_grows_with_the_rate_up_to_its_bound(per_s: float, share: float) -> None:
    wait_s = after(Clock(), per_s).wait_s
    assert max(wait_s, 0) == pytest.approx(share * MAX_INTERVAL_S, rel=0.02)


def test_events_come_in_again_after_the_interval_and_at_once_after_a_pause() -> None:
    clock = Clock()
    pace = after(clock, BUSY_EVENTS_PER_S)
    assert pace.wait_s > 0
    clock.now += MAX_INTERVAL_S
    assert pace.wait_s <= 0
    clock.now += 5.0
    pace.received(1)
    assert pace.wait_s < MAX_INTERVAL_S / 100


def test_a_fetch_before_that_is_one_of_the_other_topics_and_ends_then() -> None:
    clock = Clock()
    pace = after(clock, BUSY_EVENTS_PER_S)
    clock.now += MAX_INTERVAL_S / 2
    (request,) = fetched(pace, EVENTS, BETWEEN)
    assert request.topics == [BETWEEN]
    assert 0 < request._max_wait_ms <= 1_000 * MAX_INTERVAL_S / 2
    clock.now += MAX_INTERVAL_S
    (request,) = fetched(pace, EVENTS, BETWEEN)
    assert request.topics == [EVENTS, BETWEEN]
    assert request._max_wait_ms == WAIT_MS


def test_a_fetch_of_events_alone_waits_and_ends_without_records_if_it_is_cancelled() -> None:
    assert fetched(after(Clock(), BUSY_EVENTS_PER_S), EVENTS) == []

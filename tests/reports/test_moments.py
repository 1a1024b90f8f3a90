"""Any past moment of a messy season, and the difference of any two, against a program that kept them then."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from random import Random
from typing import Any, NamedTuple

import msgspec
import pytest
from sqlalchemy import Connection

from models.instants import parse
from models.statement import OFFSET_BITS
from models.tables.columns import wire_text
from reports.campaigns import Return, campaigns
from reports.changes import CampaignChange
from reports.explain import explain
from reports.moments import NoSuchMoment, moment_at
from sinks.base import Batch
from sinks.sql import SqlSink
from sinks.staging import Staging
from sinks.store import open_for_reading
from streams.topics.names import CREDIT, LIVE_COUNT, REJECTED
from tests.simulation.cases import MIXES
from tests.simulation.kafka import Broker
from tests.simulation.stages import CONTEXT, pipeline
from tests.sinks.records import NOW_US, ORIGIN
from tests.stores import opened, rows, run
from tests.strategies import awkward_records
from tests.thorough import tries

SIZE = 200 + tries(600)
SEED = 15
MOMENTS = tries(200)
PAIRS = tries(60)
TOPICS = (CREDIT, LIVE_COUNT, CONTEXT.topics.accepted, REJECTED)
MODELS = ("first", "last", "linear", "position", "time_decay")
CREDITED = (
    f"SELECT campaign_id, kind, {', '.join(f'sum({model})' for model in MODELS)} "
    "FROM credit_line_current GROUP BY campaign_id, kind"
)
COSTS = """
SELECT campaign_id, count(*), sum(cost_idr) FROM (
    SELECT campaign_id, cost_idr FROM outreach_event WHERE status = 'active'
    UNION ALL SELECT campaign_id, cost_idr FROM inspection WHERE status = 'active'
) AS effort GROUP BY campaign_id
"""
ACTIVE = (
    "SELECT kind, count(*) FROM member WHERE status = 'active' "
    "AND occurred_at > '2016-12-31 16:59:59.999999+00' AND occurred_at < '2017-12-31 17:00:00.000000+00' "
    "GROUP BY kind"
)
"""In 2017, in Asia/Jakarta; no instant of the season is on the border."""
NEWEST = "SELECT batch, committed_at, settle FROM batch ORDER BY batch DESC LIMIT 1"

Numbers = dict[tuple[str, str], int]
"""By campaign, and `events`, `cost_idr`, or kind and model."""


class Kept(NamedTuple):
    """What the second program wrote down after a commit."""

    batch: int
    numbers: Numbers
    active: dict[str, int]
    is_moment: bool
    """False between the first and the last batch of a rebuild's end."""


class Clock:
    """Goes on by up to a second, stands still now and then, and is put back once in a while."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self.now_us = NOW_US + 10**15  # after the store was made: its first batch has the machine's time

    def __call__(self) -> int:
        self.now_us += self._random.choice([0, 1, 17, 500_000, 1_000_000, 2_000_000, -400_000])
        return self.now_us


def look(url: str, *, rebuilding: bool = False) -> tuple[str, Kept]:
    """By SQL alone."""
    numbers: Numbers = defaultdict(int)
    with opened(url) as connection:
        credited, costs, newest, active = (rows(connection, one) for one in (CREDITED, COSTS, NEWEST, ACTIVE))
    for campaign, kind, *credit in credited:
        numbers |= {
            (campaign, f"{kind} {model}"): int(one) for model, one in zip(MODELS, credit, strict=True) if one
        }
    for campaign, events, cost in costs:
        numbers |= {(campaign, "events"): int(events), (campaign, "cost_idr"): int(cost)}
    ((batch, committed_at, settle),) = newest
    is_moment = not (settle and rebuilding)
    return committed_at, Kept(batch, dict(numbers), dict(active), is_moment)


def outputs(broker: Broker, random: Random) -> Iterator[dict[str, list[bytes]]]:
    """What the stages said, each topic in its order, cut into small batches."""
    logs = {topic: [one.value for one in broker.records(topic)][::-1] for topic in TOPICS}
    while logs := {topic: log for topic, log in logs.items() if log}:
        topic = random.choice(list(logs))
        taken = [logs[topic].pop() for _ in range(min(len(logs[topic]), random.choice([1, 1, 2])))]
        yield {topic: taken}


def batch_of(values: dict[str, list[bytes]], generation: int) -> Batch:
    return Batch(generation, *(values.get(topic, ()) for topic in TOPICS))


def later(values: dict[str, list[bytes]], generations: int) -> dict[str, list[bytes]]:
    """The same records under versions that are so many generations higher."""
    return {
        topic: [_later(one, generations) for one in some] if topic in {CREDIT, LIVE_COUNT} else some
        for topic, some in values.items()
    }


def _later(value: bytes, generations: int) -> bytes:
    record = msgspec.json.decode(value)
    record["version"] += generations << OFFSET_BITS
    return msgspec.json.encode(record)


class Followed(NamedTuple):
    url: str
    kept: dict[str, Kept]
    """By `committed_at`; of several at one instant the last."""


@pytest.fixture(scope="module")
def followed(database: Any) -> Followed:
    """A season with a rebuild in its middle that restates most of it, looked at after each commit."""
    url, random, kept = database.new_url(), Random(SEED), {}
    records = awkward_records(SEED, SIZE)
    first = pipeline(records, 1, MIXES["small polls"]).run().broker
    second = pipeline(records[:-25], 2, MIXES["small polls"]).run().broker
    clock = Clock(random)
    sink = SqlSink(url, clock)
    sink.open_generation(ORIGIN, NOW_US)
    batches = list(outputs(first, random))
    for values in batches[: len(batches) * 2 // 3]:
        sink.apply(batch_of(values, 1))
        kept |= [look(url)]
    sink.open_generation(replace(ORIGIN, cluster_id="another"), NOW_US)
    with Staging(2) as staging:
        for values in outputs(second, random):
            staging.apply(batch_of(later(values, 1), 2))
        staging.settle(sink, {}, clock(), watch=lambda _: kept.update([look(url, rebuilding=True)]))
    kept |= [look(url)]
    for values in batches[len(batches) * 2 // 3 :]:
        sink.apply(batch_of(later(values, 2), 2))
        kept |= [look(url)]
    sink.close()
    return Followed(url, kept)


@contextmanager
def reading(url: str) -> Iterator[Connection]:
    engine = open_for_reading(url)
    with engine.begin() as connection:
        yield connection
    engine.dispose()


def instant_of(committed_at: str) -> int:
    return parse(wire_text(committed_at))


def numbers_of(found: Iterable[Return | CampaignChange]) -> Numbers:
    numbers: Numbers = {}
    for one in found:
        numbers |= {(one.name, "events"): one.events, (one.name, "cost_idr"): one.cost_idr}
        numbers |= {(one.name, f"worker {model}"): credit for model, credit in one.workers.items()}
        numbers |= {(one.name, f"company {model}"): credit for model, credit in one.companies.items()}
    return nonzero(numbers)


def nonzero(numbers: Numbers) -> Numbers:
    return {key: number for key, number in numbers.items() if number}


def difference(before: Kept, after: Kept) -> Numbers:
    keys = before.numbers.keys() | after.numbers.keys()
    return nonzero({key: after.numbers.get(key, 0) - before.numbers.get(key, 0) for key in keys})


def test_the_season_is_worth_it(followed: Followed) -> None:
    moments = [kept for kept in followed.kept.values() if kept.is_moment]
    assert len(moments) > MOMENTS
    assert len({repr(sorted(kept.numbers.items())) for kept in moments}) > MOMENTS / 2
    assert [kept for kept in followed.kept.values() if not kept.is_moment]
    for table in ("event_past", "removed", "batch WHERE settle"):
        assert run(followed.url, f"SELECT count(*) FROM {table}")[0][0] > 1


def test_any_moment_is_as_it_was_kept_then(followed: Followed) -> None:
    random = Random(1)
    times = sorted(followed.kept)
    moments = random.sample(range(len(times)), min(MOMENTS, len(times)))
    with reading(followed.url) as connection:
        for number in moments:
            kept = followed.kept[times[number]]
            between_us = instant_of(times[number + 1]) - 1 if number + 1 < len(times) else 2**53
            instant_us = random.randint(instant_of(times[number]), max(between_us, instant_of(times[number])))
            if not kept.is_moment:
                with pytest.raises(NoSuchMoment, match="the end of a rebuild was being written"):
                    moment_at(connection, instant_us)
                continue
            moment = moment_at(connection, instant_us)
            assert moment.batch == kept.batch
            found = campaigns(connection, moment)
            assert numbers_of((*found.campaigns, found.organic)) == nonzero(kept.numbers)
            active = {"worker": found.progress.workers, "company": found.progress.companies}
            assert {kind: number for kind, number in active.items() if number} == kept.active


def test_the_difference_of_any_two_adds_up_to_what_was_kept(followed: Followed) -> None:
    random = Random(2)
    times = [time for time in sorted(followed.kept) if followed.kept[time].is_moment]
    with reading(followed.url) as connection:
        for _ in range(PAIRS):
            before, after = sorted(random.sample(times, 2))
            moments = (moment_at(connection, instant_of(time)) for time in (before, after))
            found = explain(connection, *moments)
            assert found.adds_up
            assert numbers_of(found.campaigns) == difference(followed.kept[before], followed.kept[after])


def test_before_the_store_there_is_nothing_to_ask_for(followed: Followed) -> None:
    with reading(followed.url) as connection, pytest.raises(NoSuchMoment, match="knows its past from"):
        moment_at(connection, NOW_US)


def test_the_same_moment_twice_differs_in_nothing(followed: Followed) -> None:
    time = next(time for time, kept in followed.kept.items() if kept.is_moment)
    with reading(followed.url) as connection:
        moment = moment_at(connection, instant_of(time))
        found = explain(connection, moment, moment)
    assert (found.members, found.efforts, found.campaigns, found.adds_up) == ((), (), (), True)

"""Fills a store through its sink, batch after batch, each another change of every followed kind of row."""

from itertools import count
from random import Random
from time import sleep
from typing import Final

from models.events import EVENTS, canonical
from sinks.base import Batch
from sinks.sql import SqlSink
from tests.builders import enrollment, inspection, line, outreach
from tests.sinks.records import (
    MODELS,
    NOW_US,
    ORIGIN,
    batch,
    cancelled,
    gone,
    organic,
    refused,
    row,
    statement,
)
from tests.sinks.records import count as counted
from tests.sinks.records import line as earned

MEMBERS: Final = 400
EVENTS_OF_A_KIND: Final = 40
STATEMENTS_A_BATCH: Final = 6
FIRST_BATCHES: Final = 300
PAUSE_S: Final = 0.01
HALF: Final = dict.fromkeys(MODELS, 500_000)


def fill(url: str) -> None:
    """A store of a few MB."""
    sink = SqlSink(url)
    sink.open_generation(ORIGIN, NOW_US)
    for number in range(1, FIRST_BATCHES + 1):
        sink.apply(batch_of(number))
    sink.close()


def go_on(url: str) -> None:
    """Write until killed, slowly enough that the store stays small."""
    sink = SqlSink(url)
    for number in count(FIRST_BATCHES + 1):
        sink.apply(batch_of(number))
        sleep(PAUSE_S)


def batch_of(number: int) -> Batch:
    """The batch that the store numbers so, and that its position says; counts lag behind members."""
    rng = Random(number)
    kind = rng.choice((enrollment, outreach, inspection))
    event = kind(name=f"e{rng.randrange(EVENTS_OF_A_KIND)}") | {"revision": number}
    members = rng.sample(range(MEMBERS), STATEMENTS_A_BATCH)
    return batch(
        *(
            _statement(f"m{member}", number * STATEMENTS_A_BATCH + at, rng)
            for at, member in enumerate(members)
        ),
        counts=(counted("a", number, row(number)),) if number % 2 else (),
        accepted=(canonical(EVENTS[event["type"]].model_validate_json(line(event))),),
        rejected=(refused(offset=number),),
        positions={("credit", 0): number},
    )


def _statement(member: str, offset: int, rng: Random) -> bytes:
    contents = (
        lambda: gone(member, offset),
        lambda: cancelled(member, offset),
        lambda: statement(member, offset, evidence="none", lines=(organic(),)),
        lambda: statement(member, offset, lines=(earned("a"),)),
        lambda: statement(
            member, offset, lines=(earned("a", credit=HALF), earned("b", number=1, credit=HALF))
        ),
    )
    return rng.choice(contents)()

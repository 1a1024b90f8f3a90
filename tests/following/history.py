"""What the streams of a storm state: each record follows from its generation, partition and offset alone."""

from collections.abc import Iterable
from random import Random
from typing import Final

from models.events import EVENTS, canonical
from sinks.base import Batch
from tests.builders import enrollment, inspection, line, outreach
from tests.sinks.records import batch, cancelled, count, gone, organic, refused, row, statement
from tests.sinks.records import line as earned

PARTITIONS: Final = (0, 1, 2, 3)
MEMBERS: Final = 40
CAMPAIGNS: Final = 5
"""Of each partition, as members; a generation states four fifths of both."""
EVENTS_OF_A_PARTITION: Final = 20
DISTRICTS: Final = ("34.01", "34.02", "34.03")
POSITION: Final = "credit"
"""Topic of the one position that a partition has here."""


def batch_at(generation: int, partition: int, offsets: range, *, settle: bool = False) -> Batch:
    """The records of these offsets, and the position after them."""
    records = [_record(Random(f"{generation} {partition} {at}"), generation, partition, at) for at in offsets]
    return batch(
        *_of("statement", records),
        counts=_of("count", records),
        accepted=_of("event", records),
        rejected=_of("refused", records),
        generation=generation,
        positions={(POSITION, partition): offsets.stop},
        settle=settle,
    )


def _of(topic: str, records: Iterable[tuple[str, bytes]]) -> tuple[bytes, ...]:
    return tuple(value for name, value in records if name == topic)


def _record(rng: Random, generation: int, partition: int, offset: int) -> tuple[str, bytes]:
    (topic,) = rng.choices(("statement", "count", "event", "refused"), (6, 3, 3, 1))
    if topic == "statement":
        return topic, _statement(rng, generation, partition, offset)
    if topic == "count":
        cells = [row(rng.randint(1, 9), district=one) for one in DISTRICTS if rng.random() < 0.5]
        campaign = f"campaign-{partition}-{_stated(rng, CAMPAIGNS, generation)}"
        return topic, count(campaign, offset, *cells, generation=generation)
    if topic == "event":
        return topic, _event(rng, partition)
    if rng.random() < 0.5:
        return topic, refused(offset=offset // 3, partition=partition)
    return topic, refused(file=f"list-{partition}.ndjson", line=offset // 3 + 1)


def _stated(rng: Random, numbers: int, generation: int) -> int:
    """A number that this generation has, so that others vanish with the next."""
    number = rng.randrange(numbers)
    return (number + 1) % numbers if number % 5 == generation % 5 else number


def _statement(rng: Random, generation: int, partition: int, offset: int) -> bytes:
    member = f"member-{partition}-{_stated(rng, MEMBERS, generation)}"
    if rng.random() < 0.2:
        return gone(member, offset, generation=generation)
    if rng.random() < 0.2:
        return cancelled(member, offset, generation=generation)
    lines = [earned(f"campaign-{partition}-{one}", number=one) for one in range(rng.randrange(3))]
    return statement(
        member,
        offset,
        generation=generation,
        duplicates=rng.randrange(3),
        lines=(*lines, organic(number=len(lines))),
    )


def _event(rng: Random, partition: int) -> bytes:
    """Of few revisions, so that they replace each other and conflict."""
    build = rng.choice((enrollment, outreach, inspection))
    event = build(name=f"event-{partition}-{rng.randrange(EVENTS_OF_A_PARTITION)}")
    event |= {"revision": rng.randrange(3), "source": f"app-{rng.randrange(5)}"}
    return canonical(EVENTS[event["type"]].model_validate_json(line(event)))

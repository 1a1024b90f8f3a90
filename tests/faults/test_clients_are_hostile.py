"""Headers that a client may write: ours with nonsense, too many, unreadable. They decide nothing."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import count, product
from pathlib import Path
from time import sleep
from typing import NamedTuple

from sqlalchemy import select

from models.settings import Settings
from models.tables.columns import table_of
from models.tables.rows import RejectedRow
from sinks.store import open_for_reading
from streams.engine.kafka.sending import partition_of
from streams.topics.names import ENROLLMENT, OUTREACH
from tests.builders import enrollment, line
from tests.faults.librdkafka import App, Place, Record
from tests.faults.page import Tell
from tests.faults.scene import BEFORE_S, scene
from tests.services.kafka import Kafka

Headers = Sequence[tuple[str | bytes, bytes | None]]

ORIGIN, ORIGINAL_KEY = "sambung-origin", "sambung-original-key"
SINCE, PACKED = "since", "sambung-packed-headers"
THOUSANDS = 5_000
NONSENSE: list[bytes | None] = [
    *(None, b"", b"x", b"/", b"//", b"\xff\xfe/1/1", b"enrollment", b"enrollment/1", b"enrollment/1/2/3"),
    *(b"enrollment/one/2", b"enrollment/1/two", b"enrollment/1/2.0", b"enrollment/1/1e3", b"enrollment/-/2"),
    *(b"/1/2", b"enrollment//2", b"enrollment/1/", b"enrollment/\0/1", b"enrollment/1/\xff", b"/" * 10_000),
]
"""Nothing that could be read as topic, partition and offset."""
NO_PLACE: list[bytes] = [
    *(b"enrollment/99/%d", b"enrollment/-1/%d", b"enrollment/1/-%d", b"nowhere/0/%d", b"credit/0/%d"),
    *(b"enrollment/1/99999999999999999999%d", b"enrollment/99999999999999999999/%d", b"\xff/1/%d"),
    *(
        b"enrollment/1/" + b"9" * 5_000 + b"%d",
        b"enrollment/+1/%d",
        b"enrollment/0_1/%d",
        b" enrollment/1/%d",
    ),
    *(b"enrollment/1/%d\n", "enrollment/\u0661/%d".encode(), b"enrollment/01/%d", b"ENROLLMENT/1/%d"),
]
"""Numbers, but of no partition or offset that there can be; each with a number of its own in it."""


class Hostile(NamedTuple):
    record: Record
    counts: bool
    """Whether its event is to be counted; it is refused if not."""
    nameless: bool
    """Whether its headers name no place, so that it can only be shown where it lies."""


def header_lists(fresh: Iterator[int]) -> Iterator[tuple[Headers, bool]]:
    """Each with whether it names no place at all."""
    claim = b"enrollment/%d/%d"
    yield from (([(ORIGIN, value)], True) for value in NONSENSE)
    yield from (([(ORIGIN, value.replace(b"%d", b"%d" % next(fresh)))], False) for value in NO_PLACE)
    yield [(ORIGIN, claim % (7, next(fresh)))], False
    yield [(ORIGIN, claim % (7, next(fresh))), (ORIGINAL_KEY, b"\xff\0"), (ORIGINAL_KEY, None)], False
    yield [(ORIGIN, b"x"), (ORIGIN, claim % (1, next(fresh))), (ORIGIN, None)], False
    yield [(ORIGIN, claim % (2, next(fresh))), (ORIGIN, claim % (3, next(fresh)))], False
    yield [(ORIGINAL_KEY, None), (ORIGINAL_KEY, b"\xff\xfe"), (ORIGINAL_KEY, b"another")], True
    yield [(SINCE, value) for value in (b"soon", b"-1", b"", None, b"\xff", b"9" * 5_000, b"0")], True
    yield [(PACKED, b"\xc1"), (PACKED, None), (PACKED, b"base64:AA==")], True
    yield (
        [("", None), ("\0", b"\0"), (b"\xff\xfe", b"\xff"), (b"\xff\xfe", None), ("h", b""), ("h", b"h")],
        True,
    )
    yield [("h", b"v")] * THOUSANDS, True
    yield [(ORIGIN, b"x"), (ORIGINAL_KEY, b"x"), (SINCE, b"x")] * THOUSANDS, True
    yield [(b"\xff" * 10_000, b"\xfe" * 100_000), ("h" * 10_000, None)], True


def test_hostile_headers(tmp_path: Path, kafka: Kafka, tell: Tell) -> None:
    """A valid event counts whatever they say; one that is refused is refused once, where it lies."""
    sent = list(hostile(count(1_000_000), Settings().partitions))
    with scene(tmp_path, kafka) as told:
        told.pair()
        with told.load(), told.nobody_ends():
            sleep(BEFORE_S)
            places = App(told.cluster).send([one.record for one in sent])
            told.cluster.published += [one.record.value for one in sent if one.counts]
            seconds = told.seconds_until_done(told.mark())
        tell(told.verdict("headers that claim, repeat, overflow and cannot be read", len(sent), seconds))
        found = refusals(told.cluster.database)
    for one, place in zip(sent, places, strict=True):
        refused = found[one.record.value.decode()]
        assert len(refused) == (0 if one.counts else 1), one.record.headers[:3]
        assert not one.nameless or set(refused) <= {place}, one.record.headers[:3]


def hostile(fresh: Iterator[int], partitions: int) -> Iterator[Hostile]:
    """Each list of headers on each kind of event, in the partition of its key and in another."""
    for kind, topic, away in product(("worker", "neither"), (ENROLLMENT, OUTREACH), (0, 1)):
        for number, (headers, nameless) in enumerate(header_lists(fresh)):
            event = enrollment(f"{kind}-{topic}-{away}-{number}", kind=kind)
            key = event["event_id"].encode()
            partition = (partition_of(key, partitions) + away) % partitions
            counts = kind == "worker" and topic == ENROLLMENT
            yield Hostile(Record(topic, line(event), key, partition, headers), counts, nameless)


def refusals(database: str) -> dict[str, list[Place]]:
    """Where each refused value is said to have lain."""
    table, found = table_of(RejectedRow), defaultdict(list)
    with open_for_reading(database).begin() as connection:
        for value, *place in connection.execute(
            select(table.c.value, table.c.topic, table.c.partition, table.c.offset)
        ):
            found[value].append(tuple(place))
    return found

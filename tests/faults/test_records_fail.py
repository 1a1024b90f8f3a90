"""Records that nobody can read, and one that a mistake in a release cannot get past."""

import asyncio
import subprocess
import sys
from collections import Counter
from pathlib import Path
from random import Random
from time import sleep

from sqlalchemy import select

from models.tables.columns import table_of
from models.tables.rows import RejectedRow
from sinks.store import open_for_reading
from streams.engine.kafka.sending import new_producer, send
from streams.topics.names import PUBLIC_INPUTS
from tests.builders import enrollment, line
from tests.end_to_end.runs import ROOT, environment
from tests.faults.page import Tell
from tests.faults.scene import Scene, scene
from tests.oracle.broken import FLAWS, SAMPLES, TOO_LARGE
from tests.services.kafka import Kafka

Raw = tuple[bytes | None, bytes | None, tuple[tuple[str, bytes | None], ...]]
Place = tuple[str, int, int]
"""Topic, partition, offset."""

TRIES = 3
MEMBER = "cannot-be-folded"


def poison() -> list[Raw]:
    """A record of every kind that the promise of a field app rules out, each with odd keys and headers."""
    rng = Random(16)
    spoiled = [flaw.spoil(SAMPLES[flaw.type]) for flaws in FLAWS for flaw in flaws]
    values = [None, b"", b"\0", rng.randbytes(5_000), b"{" * 10_000, TOO_LARGE.spoil(SAMPLES["inspection"])]
    odd = [(b"\xff\0", (("h", b"\xfe"), ("h", None))), (None, ()), (b"", (("", b""),))]
    return [
        (key, value, headers)
        for value in [*values, *spoiled]
        for key, headers in [odd[rng.randrange(len(odd))]]
    ]


def test_poison_of_every_kind(tmp_path: Path, kafka: Kafka, tell: Tell) -> None:
    """In the middle of the load, on every topic; each is refused once, and stops nothing."""
    records = poison()
    with scene(tmp_path, kafka) as told:
        told.pair()
        with told.load():
            sleep(1)
            places = asyncio.run(published(told, records))
            seconds = told.seconds_until_done(told.mark())
        tell(told.verdict("a poison record of every kind, on every topic", len(places), seconds))
        times = refusals(told)
        assert {place: times[place] for place in places} == dict.fromkeys(places, 1)


async def published(told: Scene, records: list[Raw]) -> list[Place]:
    """Where they lie now."""
    partitions = (await told.cluster.topics()).partitions
    places = []
    async with new_producer(told.cluster.connection, "test") as producer:
        for topic in PUBLIC_INPUTS:
            for number, record in enumerate(records):
                spans = await send(producer, {(topic, number % partitions): [record]})
                places += [(*target, span.first) for target, span in spans.items()]
    return places


def refusals(told: Scene) -> Counter[Place]:
    """How many rows there are for each refused record."""
    table = table_of(RejectedRow)
    with open_for_reading(told.cluster.database).begin() as connection:
        rows = connection.execute(select(table.c.topic, table.c.partition, table.c.offset))
        return Counter((topic, partition, offset) for topic, partition, offset in rows)


def test_a_record_that_makes_a_fold_raise(tmp_path: Path, kafka: Kafka, tell: Tell) -> None:
    """The worker that has it stops and says where, again and again, until a release without the mistake."""
    with scene(tmp_path, kafka) as told:
        worker = told.start("only")
        told.cluster.publish([line(enrollment("before"))])
        told.cluster.wait_until_stored()
        told.stop_for_good(worker)
        told.cluster.publish([line(enrollment(MEMBER)), line(enrollment("after"))])
        mark = told.mark()
        said = [where_it_stopped(told) for _ in range(TRIES)]
        assert len(set(said)) == 1
        assert MEMBER not in said[0]
        told.start("mended")
        seconds = told.seconds_until_done(mark)
        tell(told.verdict("a record that makes a fold raise, until the mistake is mended", TRIES, seconds))


def where_it_stopped(told: Scene) -> str:
    """Topic, partition and offset, as the last words of a worker with the mistake say them."""
    command = [sys.executable, str(ROOT / "tests/faults/broken_worker.py"), MEMBER]
    done = subprocess.run(
        [*command, *told.cluster.worker_arguments("broken")],
        env=environment(**told.cluster.settings),
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 1
    words = done.stderr.decode()
    start = words.index(asyncio.run(told.cluster.topics()).member + "/")
    return words[start : words.index(":", start)]

"""Clients of other makers publish whatever they can; the tables are the oracle's, and no worker minds it.

librdkafka and Kafka's own client for Java send at the same time, in every codec, plainly, idempotently and
in transactions that are committed, aborted, interleaved or left hanging. Each producer sends every
combination of header, timestamp, key and value (`tests/foreign/records.py`). The embedded broker gets what it
can do.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest
from aiokafka import TopicPartition

from models.places import Places
from streams.engine.kafka.watermarks import end_offsets
from tests.end_to_end.runs import sambung_here, until, url
from tests.end_to_end.workers import Cluster, Process, Tended
from tests.foreign import java
from tests.foreign.librdkafka import Client
from tests.foreign.producers import ALL, SIMPLE, Author, Script
from tests.foreign.records import APPEND_TIME_TOPIC
from tests.foreign.refusals import CONFLICT, Refused, may_conflict, must_be_refused, refused_in
from tests.foreign.script import Place, Record
from tests.foreign.timestamps import stamped_by_the_broker
from tests.oracle.compare import difference, rows_of
from tests.oracle.oracle import expected
from tests.services.brokers import Brokers

pytestmark = [pytest.mark.broker, pytest.mark.timeout(400)]

KINDS = {"kafka": ALL, "embedded": SIMPLE}
MOST_TOLD = 5
MARKS = 5
"""At least so many transactions end each log, with no record between."""


class Watched(Tended):
    """A worker that nobody starts again: it must not end by itself."""

    def __init__(self, start: Callable[[], Process], log: Path) -> None:
        super().__init__(start)
        self._log = log

    def tend(self) -> None:
        assert self.process.poll() is None
        assert '"stopped"' not in self._log.read_text()


class Published:
    """A cluster after everything was sent and worked through, its workers still running."""

    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster
        self.committed: list[Record] = []
        self.aborted: list[Record] = []
        self.positions: dict[int, Place] = {}
        self.places = Places.load()

    def publish(self, rdkafka: Script, kafka: Script) -> None:
        """By both clients at once; until nothing is under way any more."""
        with ThreadPoolExecutor() as pool:
            both = [
                pool.submit(Client(self.cluster.address).take, rdkafka.steps),
                pool.submit(java.take, self.cluster.address, kafka.steps, self.cluster.folder),
            ]
        for script, taken in zip((rdkafka, kafka), both, strict=True):
            self.positions |= taken.result()
            self.committed += script.committed
            self.aborted += script.aborted
        self.cluster.wait_until_stored()

    def conflicts(self) -> list[Refused]:
        return [one for one in refused_in(self.cluster.database) if one.reason == CONFLICT]


@pytest.fixture(scope="module")
def published(brokers: Brokers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Published]:
    java.need_java()
    folder = tmp_path_factory.mktemp("foreign")
    with brokers.new() as address, ExitStack() as running:
        cluster = Cluster(brokers.connection(address), folder, url(folder / "sambung.db"))
        cluster.create_first_topics()
        if brokers.kind == "kafka":
            stamped_by_the_broker(address, APPEND_TIME_TOPIC)
        watch(running, cluster, "first")
        watch(running, cluster, "second", "--no-sink")
        done, kinds = Published(cluster), KINDS[brokers.kind]
        rdkafka = Author("librdkafka", 0, kinds, names_any_bytes=True)
        kafka = Author("java", 1, kinds, names_any_bytes=False)
        done.publish(rdkafka.write(), kafka.write())
        if "aborted" in kinds:
            done.publish(rdkafka.write_ends(), kafka.write_ends())
        yield done


def watch(running: ExitStack, cluster: Cluster, name: str, *options: str) -> None:
    def start() -> Process:
        return running.enter_context(cluster.worker(name, *options))

    log = cluster.log(name)
    cluster.tended.append(Watched(start, log))
    until(lambda: "worker_started" in log.read_text(), f"started: {name}")


def test_every_record_has_its_place(published: Published) -> None:
    numbers = {record.number for record in published.committed + published.aborted}
    assert published.positions.keys() == numbers
    assert len(set(published.positions.values())) == len(numbers)


def test_a_log_ends_in_several_marks_of_transactions_and_is_read_to_its_end(published: Published) -> None:
    """Where the broker takes transactions that are aborted."""
    after = {
        (topic, partition): offset + 1 for topic, partition, offset in sorted(published.positions.values())
    }
    logs = [TopicPartition(*log) for log in after]
    ends = asyncio.run(end_offsets(published.cluster.connection, logs))
    if published.aborted:
        assert {log: end for log, end in ends.items() if end < after[tuple(log)] + MARKS} == {}


def test_the_tables_are_the_oracles(published: Published) -> None:
    sent = [(record.topic, record.value) for record in published.committed if record.value is not None]
    wanted = expected(sent, published.places)
    assert len(wanted["member"]) > 100
    assert difference(wanted, rows_of(published.cluster.database)) == []


def test_every_refused_record_is_kept_once_as_it_was_sent(published: Published) -> None:
    wanted = Counter(must_be_refused(published.committed, published.positions, published.places))
    found = Counter(one for one in refused_in(published.cluster.database) if one.reason != CONFLICT)
    assert sum(wanted.values()) > 1_000
    assert shortened(wanted - found) == []
    assert shortened(found - wanted) == []


def shortened(rows: Counter[Refused]) -> list[str]:
    return [repr(row._replace(value=(row.value or b"")[:80]))[:500] for row in list(rows)[:MOST_TOLD]]


def test_a_conflict_is_told_of_accepted_records_alone_and_once(published: Published) -> None:
    found = Counter(one.place for one in published.conflicts())
    assert len(found) > 10
    assert found.keys() <= may_conflict(published.committed, published.positions, published.places)
    assert set(found.values()) == {1}


def test_the_sums_hold(published: Published) -> None:
    audited = sambung_here("audit", "--database", published.cluster.database)
    assert audited.returncode == 0, audited.stdout + audited.stderr


def test_no_worker_ends_by_itself(published: Published) -> None:
    published.cluster.tend()
    assert len(published.cluster.tended) == 2

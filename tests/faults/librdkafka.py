"""A field app on another library than ours: librdkafka, which most clients that are not Java have inside."""

import json
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from confluent_kafka import KafkaError, Message, Producer

from tests.end_to_end.workers import Cluster
from tests.oracle.judging import topic_named_by

WAIT_S: Final = 30.0
LARGEST_BYTES: Final = 4_000_000
ANY: Final = -1
"""The library chooses the partition."""

Place = tuple[str, int, int]
"""Topic, partition, offset."""


class Record(NamedTuple):
    topic: str
    value: bytes
    key: bytes | None
    partition: int = ANY
    headers: Sequence[tuple[str | bytes, bytes | None]] = ()


def records(lines: Iterable[bytes], partition: int = ANY) -> list[Record]:
    """Of the lines that name a topic."""
    named = [(topic_named_by(line), line) for line in lines]
    return [
        Record(topic, line, str(json.loads(line).get("event_id")).encode(), partition)
        for topic, line in named
        if topic
    ]


class App:
    """Options are those of the library, with underscores for dots."""

    def __init__(self, cluster: Cluster, **options: str | int) -> None:
        given = {name.replace("_", "."): value for name, value in options.items()}
        own = {"bootstrap.servers": cluster.address, "message.max.bytes": LARGEST_BYTES, "log_level": 0}
        self._cluster = cluster
        self._producer = Producer(own | given)

    def publish(self, sent: Sequence[Record]) -> None:
        """Records that count as soon as they are acknowledged."""
        self.send(sent)
        self._count(sent)

    def send(self, sent: Sequence[Record]) -> list[Place]:
        """Where each lies, once all are acknowledged; whether they count is not said by that."""
        delivered: dict[int, Place] = {}
        failed: list[KafkaError] = []

        def tell(number: int, error: KafkaError | None, message: Message) -> None:
            if error is not None:
                failed.append(error)
            delivered[number] = (message.topic(), message.partition(), message.offset())

        for number, one in enumerate(sent):
            self._producer.produce(
                one.topic,
                one.value,
                one.key,
                one.partition,
                on_delivery=lambda error, message, number=number: tell(number, error, message),
                headers=[*one.headers],
            )
            self._producer.poll(0)
        assert self._producer.flush(WAIT_S) == 0
        assert failed == []
        return [delivered[number] for number in range(len(sent))]

    def _count(self, sent: Iterable[Record]) -> None:
        """The tables must be those of these records too."""
        self._cluster.published += [one.value for one in sent]


class Transactions(App):
    """The same in transactions, one after the other."""

    def __init__(self, cluster: Cluster, name: str, timeout_s: int) -> None:
        """Past its time-out the broker aborts a transaction by itself."""
        super().__init__(cluster, transactional_id=name, transaction_timeout_ms=1_000 * timeout_s)
        self._producer.init_transactions(WAIT_S)
        self._open: list[Record] = []

    def begin(self) -> None:
        self._open = []
        self._producer.begin_transaction()

    def send(self, sent: Sequence[Record]) -> list[Place]:
        self._open += sent
        return super().send(sent)

    def commit(self) -> None:
        """Only now they count."""
        self._producer.commit_transaction(WAIT_S)
        self._count(self._open)

    def abort(self) -> None:
        self._producer.abort_transaction(WAIT_S)

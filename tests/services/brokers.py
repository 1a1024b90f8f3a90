"""The same test on the embedded broker and on Apache Kafka."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic, sleep
from typing import Final

from aiokafka.admin import AIOKafkaAdminClient

from sambung.broker.embedded import embedded_broker
from streams.engine.kafka.connection import Connection
from tests.clients import admin_of
from tests.services.kafka import Kafka

KINDS: Final = ("embedded", "kafka")
SHORT_SESSIONS: Final = {"group_min_session_timeout_ms": "1000"}
EMPTY_S: Final = 30.0


class Brokers:
    """One broker after the other on which nothing has been yet.

    Of embedded ones each is new. The one Kafka of all tests is emptied instead, which takes a second where
    starting another takes six; its cluster id stays.
    """

    def __init__(self, kafka: Kafka | None) -> None:
        self._kafka = kafka
        self.kind = "embedded" if kafka is None else "kafka"

    @contextmanager
    def new(self) -> Iterator[str]:
        """Its address. Of Kafka's the next one ends it."""
        if self._kafka is None:
            with embedded_broker() as broker:
                yield broker.address
        else:
            yield emptied(self._kafka)

    def connection(self, address: str) -> Connection:
        """For workers."""
        return Connection(address)

    def for_replay(self) -> list[str]:
        """Options of `sambung replay` for a new one: none where it starts an embedded one itself."""
        return [] if self._kafka is None else ["--broker", emptied(self._kafka)]


def emptied(kafka: Kafka) -> str:
    """Its address, once it has no topic, and no group has a member or an offset."""
    deadline = monotonic() + EMPTY_S
    while not asyncio.run(_is_empty(kafka.address)):
        assert monotonic() < deadline, f"Kafka is still not empty after {EMPTY_S:.0f} s"
        sleep(0.05)
    return kafka.address


async def _is_empty(address: str) -> bool:
    """Whether it was; its topics are deleted if not."""
    async with admin_of(address) as admin:
        topics = await _topics(admin)
        if topics:
            await admin.delete_topics(topics)
        return not topics and not await _is_at_work(admin)


async def _topics(admin: AIOKafkaAdminClient) -> list[str]:
    return [name for name in await admin.list_topics() if not name.startswith("__")]


async def _is_at_work(admin: AIOKafkaAdminClient) -> bool:
    """Whether a group has members, those that were killed a moment ago too, or has committed something."""
    for group, _ in await admin.list_consumer_groups():
        described = await admin.describe_consumer_groups([group])
        members = [member for answer in described for one in answer.groups for member in one[5]]
        if members or await admin.list_consumer_group_offsets(group):
            return True
    return False

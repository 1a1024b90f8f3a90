"""Kafka clients for tests that start and stop in a block."""

from contextlib import AbstractAsyncContextManager

from aiokafka.admin import AIOKafkaAdminClient

from streams.engine.kafka.administering import administering
from streams.engine.kafka.connection import Connection


def admin_of(address: str) -> AbstractAsyncContextManager[AIOKafkaAdminClient]:
    return administering(Connection(address))

"""Kafka clients for tests that start and stop in a block."""

from contextlib import AbstractAsyncContextManager

from aiokafka.admin import AIOKafkaAdminClient

from streams.engine.kafka.admin import admin_client
from streams.engine.kafka.connection import Connection


def admin_of(address: str) -> AbstractAsyncContextManager[AIOKafkaAdminClient]:
    return admin_client(Connection(address))

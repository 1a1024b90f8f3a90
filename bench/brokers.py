"""A broker for a bench: Apache Kafka where it can be had, else the embedded one; the tables say which."""

import logging
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from sambung.broker import embedded_broker
from tests.services.kafka import JARS, kafka_cluster

SETTINGS = {"group_initial_rebalance_delay_ms": "3000"}
"""Kafka's own default, which tests shorten: workers that start together join together."""


class Broker(NamedTuple):
    address: str
    words: str


@contextmanager
def broker() -> Iterator[Broker]:
    """A new one, without topics."""
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)  # a new topic's leader is not known at once
    if not has_kafka():
        with embedded_broker() as embedded:
            yield Broker(embedded.address, "the embedded broker")
        return
    with tempfile.TemporaryDirectory(prefix="sambung-bench-kafka-") as folder:
        with kafka_cluster(Path(folder) / "kafka", **SETTINGS) as kafka:
            yield Broker(kafka.address, f"Apache Kafka {_version()}, one node")


def has_kafka() -> bool:
    """Whether Java is there, and what `make services` gets."""
    return shutil.which("java") is not None and any(JARS.glob("kafka_*.jar"))


def _version() -> str:
    return next(JARS.glob("kafka_*.jar")).stem.rpartition("-")[2]

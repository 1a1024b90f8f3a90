"""The same test on the embedded broker and on Apache Kafka."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from sambung.broker import embedded_broker
from tests.services.kafka import kafka_cluster

KINDS: Final = ("embedded", "kafka")
SHORT_SESSIONS: Final = {"group_min_session_timeout_ms": "1000"}


@contextmanager
def broker_of(kind: str, folder: Path) -> Iterator[str]:
    """A new broker's address."""
    if kind == "embedded":
        with embedded_broker() as broker:
            yield broker.address
    else:
        with kafka_cluster(folder / "kafka", **SHORT_SESSIONS) as kafka:
            yield kafka.address

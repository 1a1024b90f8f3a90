"""The broker of the benches: Apache Kafka as in production, or the embedded one if that is missing."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from sambung.broker.embedded import embedded_broker
from tests.services.kafka import JARS, kafka_cluster, lacking

JAVA = ("java", "-Xms1g", "-Xmx1g", "-XX:+UseG1GC")
"""As in Kafka's own start script."""
JAVA_THAT_COMPILES_ONCE = (*JAVA, "-XX:TieredStopAtLevel=1")
"""The JVM's second compiler runs for minutes and takes half a core from the program measured."""
SETTINGS = {"num_network_threads": "3", "num_io_threads": "8"}
"""Kafka's defaults, where the tests' node has fewer."""


class Broker(NamedTuple):
    address: str
    words: str
    """Description, as a sentence."""
    lacks: str
    """Why it is not Apache Kafka; empty when it is."""


@contextmanager
def broker(java: Sequence[str] = JAVA, **settings: str) -> Iterator[Broker]:
    """A new, empty one; settings are Apache Kafka's, with underscores for dots."""
    if lacks := lacking():
        with embedded_broker() as embedded:
            yield Broker(embedded.address, f"On the embedded broker, not on Apache Kafka: {lacks}.", lacks)
    else:
        with (
            TemporaryDirectory(prefix="sambung-bench-") as folder,
            kafka_cluster(Path(folder) / "kafka", java=java, **SETTINGS | settings) as kafka,
        ):
            yield Broker(kafka.address, f"On Apache Kafka {_version()}, one broker.", "")


def _version() -> str:
    return next(JARS.glob("kafka_*.jar")).stem.rpartition("-")[2]

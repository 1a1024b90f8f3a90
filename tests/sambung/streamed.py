"""A store with what a stream wrote of the season `mini`, without a broker."""

from typing import Final

from models.rules import Rules
from sinks.base import Batch
from sinks.sql import SqlSink
from streams.topics.names import CREDIT, LIVE_COUNT, REJECTED
from tests.simulation.cases import MIXES
from tests.simulation.kafka import Broker
from tests.simulation.stages import CONTEXT, pipeline
from tests.sinks.records import NOW_US, ORIGIN
from tests.streams.restated import records_of

TOPICS: Final = (CREDIT, LIVE_COUNT, CONTEXT.topics.accepted, REJECTED)


def stream(under: Rules = CONTEXT.rules) -> Broker:
    """What every stage wrote, in some seconds."""
    return pipeline(records_of("mini", 1), 1, MIXES["steady"], under).run().broker


def written(broker: Broker, parts: int) -> list[Batch]:
    """All of it in so many batches, one after the other."""
    values = [[one.value for one in broker.records(topic)] for topic in TOPICS]
    pieces = [_cut(of_topic, parts) for of_topic in values]
    return [
        Batch(1, statements=credit, counts=counts, accepted=accepted, rejected=rejected)
        for credit, counts, accepted, rejected in zip(*pieces, strict=True)
    ]


def _cut(values: list[bytes], parts: int) -> list[list[bytes]]:
    size = -(-len(values) // parts)
    return [values[size * part : size * (part + 1)] for part in range(parts)]


def fill(url: str, broker: Broker) -> str:
    """In one batch; returns the URL."""
    sink = SqlSink(url)
    sink.open_generation(ORIGIN, NOW_US)
    for batch in written(broker, 1):
        sink.apply(batch)
    sink.close()
    return url

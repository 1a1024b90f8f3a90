"""What a simulated run left on the topics, and what is wrong with it."""

import json
from typing import Any

import msgspec

from streams.topics.names import CREDIT, LIVE_COUNT, PUBLIC_INPUTS, REJECTED
from tests.oracle.compare import difference
from tests.oracle.newest_revisions import judged
from tests.oracle.oracle import EVENT
from tests.oracle.tables import Table, Tables
from tests.oracle.topics import rows_of_topics
from tests.simulation.kafka import Broker
from tests.simulation.slots import READERS, read_along
from tests.simulation.stages import CONTEXT


def tables(broker: Broker) -> Tables:
    """The determined tables, as a sink would fill them."""
    found = rows_of_topics(newest(broker, CREDIT), newest(broker, LIVE_COUNT))
    return found | {"event": Table.of("event", EVENT, map(_event, newest(broker, CONTEXT.topics.accepted)))}


def newest(broker: Broker, topic: str) -> list[dict[str, Any]]:
    """Of each key what a sink keeps."""
    return [msgspec.json.decode(one.value) for one in read_along(broker, topic).newest.values()]


def _event(event: dict[str, Any]) -> tuple[str, ...]:
    body = json.dumps(event, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return event["type"], event["event_id"], event["revision"], body


def clashes(broker: Broker) -> list[str]:
    """Where anybody who reads along sees two contents under the highest version."""
    return [clash for topic in READERS for clash in read_along(broker, topic).clashes]


def unrefused(broker: Broker) -> list[str]:
    """Records that had to be refused, whatever arrived before them, and were not, or with another reason."""
    refused = {record.key.decode(): msgspec.json.decode(record.value) for record in broker.records(REJECTED)}
    found: list[str] = []
    for topic in PUBLIC_INPUTS:
        for partition in (0, 1):
            for record in broker.read(topic, partition):
                where = f"{topic}/{partition}/{record.offset}"
                verdict = judged((topic, record.value), CONTEXT.places)
                reason = refused[where]["reason"] if where in refused else None
                if isinstance(verdict, str) and reason != verdict:
                    found.append(f"{where}: refused as {reason}, expected {verdict}")
    return found


def faults_of(broker: Broker, expected: Tables) -> list[str]:
    """One sentence for everything that is wrong."""
    return difference(expected, tables(broker)) + clashes(broker)

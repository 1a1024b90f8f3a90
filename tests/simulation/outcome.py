"""What a simulated run left on the topics, and what is wrong with it."""

from collections.abc import Iterator
from typing import Any

import msgspec

from streams.topics import CREDIT, LIVE_COUNT, PUBLIC_INPUTS, REJECTED
from tests.oracle.compare import difference
from tests.oracle.oracle import EVENT
from tests.oracle.standing import judged
from tests.oracle.tables import Table, Tables
from tests.oracle.topics import rows_of_topics
from tests.simulation.kafka import Broker
from tests.simulation.run import WORLD


class Said(msgspec.Struct):
    version: int


class Revision(msgspec.Struct):
    type: str
    event_id: str
    revision: int
    recorded_at: str


_version = msgspec.json.Decoder(Said).decode
_revision = msgspec.json.Decoder(Revision).decode


def tables(broker: Broker) -> Tables:
    """The determined tables, as a sink would fill them."""
    return rows_of_topics(newest(broker, CREDIT), newest(broker, LIVE_COUNT)) | {"event": archive(broker)}


def newest(broker: Broker, topic: str) -> Iterator[dict[str, Any]]:
    """Of each key the record of the highest version."""
    best: dict[bytes, tuple[int, bytes]] = {}
    for record in broker.records(topic):
        version = _version(record.value).version
        if record.key not in best or best[record.key][0] < version:
            best[record.key] = version, record.value
    return (msgspec.json.decode(value) for _, value in best.values())


def archive(broker: Broker) -> Table:
    """The greatest revision of each event, whatever came first."""
    best: dict[tuple[str, str], tuple[int, str, str]] = {}
    for record in broker.records(WORLD.topics.accepted):
        head, body = _revision(record.value), record.value.decode()
        key, said = (head.type, head.event_id), (head.revision, head.recorded_at, body)
        best[key] = max(best.get(key, said), said)
    return Table.of("event", EVENT, ((*key, said[0], said[2]) for key, said in best.items()))


def clashes(broker: Broker) -> list[str]:
    """Where a sink that reads along would see two contents under the highest version of a key."""
    found: list[str] = []
    for topic in (CREDIT, LIVE_COUNT):
        best: dict[bytes, tuple[int, bytes]] = {}
        for record in broker.records(topic):
            version = _version(record.value).version
            known = best.get(record.key)
            if known is None or known[0] < version:
                best[record.key] = version, record.value
            elif known[0] == version and known[1] != record.value:
                found.append(f"{topic} {record.key.decode()}: version {version} says two things")
    return found


def unrefused(broker: Broker) -> list[str]:
    """Records that had to be refused, whatever arrived before them, and were not, or with another reason."""
    refused = {record.key.decode(): msgspec.json.decode(record.value) for record in broker.records(REJECTED)}
    found: list[str] = []
    for topic in PUBLIC_INPUTS:
        for partition in (0, 1):
            for record in broker.read(topic, partition):
                where = f"{topic}/{partition}/{record.offset}"
                verdict = judged((topic, record.value), WORLD.places)
                reason = refused[where]["reason"] if where in refused else None
                if isinstance(verdict, str) and reason != verdict:
                    found.append(f"{where}: refused as {reason}, expected {verdict}")
    return found


def faults_of(broker: Broker, expected: Tables) -> list[str]:
    """One sentence for everything that is wrong."""
    return difference(expected, tables(broker)) + clashes(broker)

"""The six stages of the simulation: all of them over a season, or one alone over a log that was recorded."""

from collections.abc import Iterator, Sequence
from operator import itemgetter
from random import Random

import msgspec

from models.places import Places
from models.rules import Rules
from streams.engine.kafka.sending import partition_of
from streams.engine.ports import StageSpec
from streams.stages import STAGES, StageContext
from streams.topics.names import Topics
from tests.simulation.kafka import PARTITIONS, Broker
from tests.simulation.run import Faults, Input, Simulation

CONTEXT = StageContext(Topics("sim", PARTITIONS), Places.load(None), Rules.load(None), generation=1)


def specs_under(rules: Rules) -> dict[str, StageSpec]:
    """The six stages, by name."""
    context = CONTEXT._replace(rules=rules)
    return {spec.name: spec for spec in (stage(context) for stage in STAGES.values())}


SPECS = specs_under(CONTEXT.rules)


class Head(msgspec.Struct):
    event_id: str


def season(records: Sequence[tuple[str, bytes]], misplaced: float = 0.0, seed: int = 0) -> Iterator[Input]:
    """Records under their event's id, now and then under a wrong key."""
    random = Random(seed)
    for topic, value in records:
        key = event_key(value)
        if random.random() < misplaced:
            key = random.choice((b"", b"a wrong key", key + b"x"))
        yield Input(topic, partition_of(key, PARTITIONS), key, value)


def pipeline(
    records: Sequence[tuple[str, bytes]], seed: int, faults: Faults, rules: Rules = CONTEXT.rules
) -> Simulation:
    """All six stages over a season; where faults may happen, some records are in wrong partitions."""
    misplaced = 0.1 if faults != Faults() else 0.0
    specs = SPECS if rules is CONTEXT.rules else specs_under(rules)
    return Simulation(list(specs.values()), season(records, misplaced, seed), seed, faults)


def alone(spec: StageSpec, recorded: Broker, seed: int, faults: Faults) -> Simulation:
    """One stage over its input in a log that a run of all six left."""
    records = [
        (record.offset, Input(spec.topic, partition, *record[2:]))
        for partition in range(PARTITIONS)
        for record in recorded.read(spec.topic, partition)
    ]
    return Simulation([spec], [one for _, one in sorted(records, key=itemgetter(0))], seed, faults)


def event_key(value: bytes) -> bytes:
    """The key that a careful client gives an event."""
    try:
        return msgspec.json.decode(value, type=Head).event_id.encode()
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return b""

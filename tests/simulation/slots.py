"""Records that a stage sent, by the slot that a receiver stores: of each the one of the highest version."""

from collections.abc import Callable
from typing import Any, NamedTuple

import msgspec

from streams.attribution.messages import (
    Answer,
    Enrolled,
    PlaceReached,
    Reached,
    SubjectEnrolled,
    decode_journey,
    decode_member,
    decode_sum,
)
from streams.topics.names import CREDIT, LIVE_COUNT, REJECTED
from tests.simulation.kafka import PARTITIONS, Broker
from tests.simulation.stages import CONTEXT

Slot = tuple[object, ...]


class Content(NamedTuple):
    version: Any
    """What a receiver compares."""
    value: object


class Versioned(msgspec.Struct):
    version: int


class Revision(msgspec.Struct):
    revision: int
    recorded_at: str


_version = msgspec.json.Decoder(Versioned).decode
_revision = msgspec.json.Decoder(Revision).decode


def public(_: int, key: bytes, value: bytes) -> tuple[Slot, Content]:
    return (key,), Content(_version(value).version, value)


def accepted(_: int, key: bytes, value: bytes) -> tuple[Slot, Content]:
    head = _revision(value)
    return (key,), Content((head.revision, head.recorded_at, value), value)


def refused(_: int, key: bytes, value: bytes) -> tuple[Slot, Content]:
    """Nothing is compared: each is stored."""
    return (key, value), Content(0, value)


def to_journey(_: int, key: bytes, value: bytes) -> tuple[Slot, Content]:
    message = decode_journey(value)
    if isinstance(message, SubjectEnrolled):
        return ("named", key, message.event_id), Content(message.version, message)
    assert isinstance(message, Reached)
    return ("reached", key, message.touch.type, message.touch.touch_id), Content(message.version, message)


def to_member(partition: int, key: bytes, value: bytes) -> tuple[Slot, Content]:
    """An enrollment has one answer per subject, whichever members it named on the way."""
    message = decode_member(value)
    if isinstance(message, Enrolled):
        return ("enrolled", key, message.event_id), Content(message.version, message)
    if isinstance(message, Answer):
        touches = frozenset(message.touches)  # sent in any order
        answer = key, message.enrollment_version, touches
        return ("answer", message.event_id, message.subject), Content(message.version, answer)
    assert isinstance(message, PlaceReached)
    return ("place", partition, message.touch.touch_id), Content(message.version, message)


def to_tally(_: int, key: bytes, value: bytes) -> tuple[Slot, Content]:
    """A sum's version is the last offset folded, which hangs on the cut into checkpoints."""
    sums = decode_sum(value)
    slot = key, sums.partition, sums.district, sums.month, sums.kind
    return slot, Content(sums.version, (sums.credit, sums.members))


READERS: dict[str, Callable[[int, bytes, bytes], tuple[Slot, Content]]] = {
    CONTEXT.topics.journey: to_journey,
    CONTEXT.topics.member: to_member,
    CONTEXT.topics.tally: to_tally,
    CONTEXT.topics.accepted: accepted,
    CREDIT: public,
    LIVE_COUNT: public,
    REJECTED: refused,
}


class Reading(NamedTuple):
    """What a receiver that reads along ends with."""

    newest: dict[Slot, Content]
    clashes: list[str]
    """Where it saw two contents under the highest version of a slot."""


def read_along(broker: Broker, topic: str) -> Reading:
    newest: dict[Slot, Content] = {}
    clashes: list[str] = []
    for partition in range(PARTITIONS):
        for record in broker.read(topic, partition):
            slot, content = READERS[topic](partition, record.key, record.value)
            known = newest.get(slot)
            if known is None or known.version < content.version:
                newest[slot] = content
            elif known.version == content.version and known.value != content.value:
                clashes.append(f"{topic} {slot}: version {content.version} has two contents")
    return Reading(newest, clashes)


def differences(broker: Broker, reference: Broker, topic: str) -> list[str]:
    """Where the newest record of a slot is not that of an undisturbed run."""
    found, expected = read_along(broker, topic), read_along(reference, topic).newest
    wrong = list(found.clashes)
    for slot in found.newest.keys() | expected.keys():
        content, wanted = found.newest.get(slot), expected.get(slot)
        if content is None or wanted is None or content.value != wanted.value:
            wrong.append(f"{topic} {slot}: says {content}, expected {wanted}")
        elif topic != CONTEXT.topics.tally and content.version != wanted.version:
            wrong.append(f"{topic} {slot}: has version {content.version}, expected {wanted.version}")
    return wrong

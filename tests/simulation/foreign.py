"""Records as any Kafka client may write them, mostly around events that are all right."""

import re
from collections.abc import Sequence
from random import Random
from typing import NamedTuple

from models.intake.raw_bytes import pack_headers
from streams.engine.kafka.sending import partition_of
from streams.step import Headers
from tests.oracle.broken import NIK
from tests.simulation.kafka import FIRST_MS, PARTITIONS, Raw
from tests.simulation.run import Faults, Simulation
from tests.simulation.stages import SPECS, event_key

ODD_VALUES = (None, b"", b"\0", b"\xef\xbb\xbf{}", "{}".encode("utf-16"), b"{}", b"[]", NIK.encode())
ODD_KEYS = (None, b"", b"x", b"\xff\xfe", b"k" * 300, NIK.encode(), b"\0")
TIMES_MS = (FIRST_MS, FIRST_MS, 0, 1, -1, -(2**63), 2**63 - 1)
PLACES = (
    b"enrollment/1/5",
    b"outreach-event/0/0",
    b"inspection/2147483647/9223372036854775807",
    b"inspection/2147483648/1",
    b"enrollment/0/9223372036854775808",
    b"enrollment/007/1",
    b"enrollment/-1/1",
    b"rejected/0/1",
    b"enrollment/0",
    b"a/b/c/d",
    b"",
    b"\xff",
    None,
)
VALUES = (None, b"", b"v", b"\xff\0", NIK.encode(), b"9" * 5_000, b"base64:AA==")
NAMES = ("h", "", "\0", b"\xff", b"\xed\xa0\x80", NIK, "since", "sambung-packed-headers", "sambung-left-out")
PACKED = (
    pack_headers([("h", None), (b"\xff", b"\xff"), ("sambung-origin", b"inspection/1/1")]),
    pack_headers([]),
    b"",
    b"\x91\xc0",
    b"\xdd\xff\xff\xff\xff",
    None,
)


class Foreign(NamedTuple):
    """A record before it is published."""

    topic: str
    partition: int
    timestamp: int
    key: bytes | None
    value: bytes | None
    headers: Headers

    @property
    def is_plain(self) -> bool:
        """Whether no header has a name of ours."""
        return not any(str(name).startswith("sambung-") for name, _ in self.headers)

    def place(self, offset: int) -> tuple[str, int, int]:
        """Its origin, if that is possible, else its position."""
        for name, value in reversed(self.headers):
            form = re.fullmatch(rb"([a-z-]+)/(0|[1-9]\d*)/(0|[1-9]\d*)", value or b"")
            if name == "sambung-origin" and form and form[1].decode() in ("enrollment", *_OTHERS):
                partition, position = int(form[2]), int(form[3])
                if partition < 2**31 and position < 2**63:
                    return form[1].decode(), partition, position
        return self.topic, self.partition, offset


_OTHERS = ("outreach-event", "inspection")


def foreign(rng: Random, records: Sequence[tuple[str, bytes]]) -> list[Foreign]:
    """One for each record of a season."""
    return [_foreign(rng, topic, value) for topic, value in records]


def _foreign(rng: Random, topic: str, value: bytes) -> Foreign:
    content = rng.choice(ODD_VALUES) if rng.random() < 0.05 else _slightly_spoiled(rng, value)
    key = event_key(value) if rng.random() < 0.7 else rng.choice(ODD_KEYS)
    partition = partition_of(key or b"", PARTITIONS) if rng.random() < 0.8 else rng.randrange(PARTITIONS)
    headers = tuple(_header(rng) for _ in range(rng.choice((0, 0, 1, 1, 2, 4))))
    return Foreign(topic, partition, rng.choice(TIMES_MS), key, content, headers)


def _slightly_spoiled(rng: Random, value: bytes) -> bytes:
    """As it is, most often; else with a byte too many or too few."""
    if rng.random() > 0.05 or not value:
        return value
    at = rng.randrange(len(value))
    return value[:at] + rng.choice((b"", b"\xff", b"\0", b'"', b"\\", b"5")) + value[at + 1 :]


def _header(rng: Random) -> tuple[str | bytes, bytes | None]:
    kind = rng.random()
    if kind < 0.3:
        return "sambung-origin", rng.choice(PLACES)
    if kind < 0.45:
        return "sambung-original-key", rng.choice(VALUES)
    if kind < 0.6:
        return "sambung-original-headers", rng.choice(PACKED)
    return rng.choice(NAMES), rng.choice(VALUES)


class Visited(Simulation):
    """All six stages, with records of any kind on the public topics; `positions` has the offset of each."""

    def __init__(self, records: Sequence[Foreign], seed: int, faults: Faults) -> None:
        super().__init__(list(SPECS.values()), (), seed, faults)
        self._waiting = list(records)[::-1]
        self._unpublished = [None] * len(records)  # type: ignore[list-item]  # as many turns to publish
        self.positions: list[tuple[Foreign, int]] = []

    def publish(self, most: int = 12) -> None:
        for _ in range(min(self.random.randint(1, most), len(self._waiting))):
            self._unpublished.pop()
            record = self._waiting.pop()
            log = self.broker.logs[record.topic, record.partition]
            self.positions.append((record, len(log)))
            log.append(Raw(len(log), *record[2:]))  # type: ignore[arg-type]  # keys and values may be null

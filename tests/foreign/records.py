"""Records of every kind that a client can write: header x timestamp x key x value, the same at every run."""

from collections.abc import Callable
from itertools import count, product
from random import Random
from typing import Final, NamedTuple

from streams.engine.kafka.sending import partition_of
from tests.builders import Event, line
from tests.foreign.script import Headers, Record
from tests.oracle.awkward import Village
from tests.oracle.disguises import DISGUISES

PARTITIONS: Final = 4
"""Of the public topics."""
APPEND_TIME_TOPIC: Final = "outreach-event"
"""The broker's clock stamps its records, whatever a client says (`LogAppendTime`)."""
VILLAGES: Final = 40
"""So few that records of every producer meet: an aborted one that is counted changes many rows."""
LARGEST_BYTES: Final = 1_048_576
LARGE_ONE_IN: Final = 35
"""So many of the combinations with 1 MiB go to each producer; all of them together send each twice."""
FAR: Final = 1_000_000
"""Offsets that clients invent begin here, so that none is a record's own."""

ORIGIN: Final = b"sambung-origin"
ORIGINAL_KEY: Final = b"sambung-original-key"
NONSENSE: Final[tuple[Headers, ...]] = (
    ((ORIGIN, b"x"),),
    ((ORIGIN, b""),),
    ((ORIGIN, None), (ORIGINAL_KEY, None)),
    ((ORIGIN, b"\xff\xfe/1/2"),),
    ((ORIGIN, b"enrollment/1"), (ORIGINAL_KEY, b"\xff")),
    ((ORIGIN, b"enrollment/1/2/3"),),
    ((ORIGIN, b"enrollment/-1/2"),),
    ((ORIGIN, b"enrollment/one/2"),),
    ((ORIGIN, "enrollment/\u0663/4".encode()),),
    ((ORIGINAL_KEY, b"lost its origin"),),
    ((b"since", b"yesterday"),),
    ((b"since", None), (b"since", b"\xff"), (b"since", b"1" * 4_500)),
)


def _own(number: int) -> Headers:
    """As a record that was put back has them, and one between two stages."""
    place = b"%b/%d/%d" % (b"inspection", number % PARTITIONS, FAR + number)
    return (
        (b"note", b"1"),
        (ORIGIN, place),
        (ORIGINAL_KEY, b"key %d" % number),
        (b"since", b"1504231200000"),
    )


HEADERS: Final[dict[str, Callable[[int], Headers]]] = {
    "none": lambda _: (),
    "null value": lambda _: ((b"note", None), (b"", b"")),
    "repeated": lambda _: ((b"note", b"1"), (b"note", None), (b"note", b"1")),
    "ours, nonsense": lambda number: NONSENSE[number % len(NONSENSE)],
    "ours, well-formed": _own,
    "value not UTF-8": lambda _: ((b"note", b"\xff\xfe\0"), ("n\u00f6te \u2028".encode(), b"base64:")),
    "name not UTF-8": lambda _: ((b"\xff\xfenote", b"1"), (b"\xc3", None)),
}
TIMESTAMPS: Final = ("1970", "now", "the broker's")
KEYS: Final = ("null", "empty", "right", "wrong partition")
VALUES: Final = ("an event", "null", "empty", "a byte-order mark", "UTF-16", "1 MiB")


class Kind(NamedTuple):
    """One combination."""

    headers: str
    timestamp: str
    key: str
    value: str


KINDS: Final = tuple(Kind(*one) for one in product(HEADERS, TIMESTAMPS, KEYS, VALUES))


class Sender(NamedTuple):
    """One client's records; `names_any_bytes`: a header's name in bytes that are no UTF-8 too."""

    rng: Random
    numbers: "count[int]"
    names_any_bytes: bool

    def records(self, group: int) -> list[Record]:
        """One record of every kind in some order; of 1 MiB only a share, another one for each group."""
        kinds = [kind for at, kind in enumerate(KINDS) if _is_due(kind, at // len(VALUES), group)]
        self.rng.shuffle(kinds)
        return [self._record(kind) for kind in kinds]

    def _record(self, kind: Kind) -> Record:
        number, event = next(self.numbers), self._event(kind.timestamp)
        right = partition_of(event["event_id"].encode(), PARTITIONS)
        partition = (
            (right + 1 + number % (PARTITIONS - 1)) % PARTITIONS if kind.key == "wrong partition" else None
        )
        key = {"null": None, "empty": b""}.get(kind.key, event["event_id"].encode())
        overruled = kind.timestamp == "the broker's" and number % 2
        timestamp_ms = number if kind.timestamp == "1970" or overruled else None
        value = self._value(kind.value, event, number)
        return Record(number, event["type"], partition, timestamp_ms, key, value, self._headers(kind, number))

    def _event(self, timestamp: str) -> Event:
        while True:
            event = Village(self.rng.randrange(VILLAGES)).event(self.rng)
            if (event["type"] == APPEND_TIME_TOPIC) == (timestamp == "the broker's"):
                return event

    def _value(self, kind: str, event: Event, number: int) -> bytes | None:
        if kind == "null":
            return None
        if kind == "an event":
            return self.rng.choice(DISGUISES)(self.rng, event)
        if kind == "1 MiB":
            return line(event).ljust(LARGEST_BYTES + number % 2)
        encodings = {"empty": b"", "a byte-order mark": b"\xef\xbb\xbf" + line(event)}
        return encodings.get(kind, line(event).decode().encode("utf-16" if number % 2 else "utf-16-le"))

    def _headers(self, kind: Kind, number: int) -> Headers:
        headers = HEADERS[kind.headers](number)
        if self.names_any_bytes:
            return headers
        return tuple((name.decode(errors="replace").encode(), data) for name, data in headers)


def _is_due(kind: Kind, combination: int, group: int) -> bool:
    return kind.value != "1 MiB" or combination % LARGE_ONE_IN == group % LARGE_ONE_IN

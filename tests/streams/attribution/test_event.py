"""Outputs and rows of the stage of an event that is sent again, in other bytes or to a wrong partition."""

from typing import Any

import pytest
from msgspec import msgpack

from models.intake.refusal import decode_rejected
from streams.attribution.event import decode_row
from streams.engine.kafka.sending import partition_of
from streams.engine.rows import CachedRows
from streams.step import Out, Record
from tests.builders import Event, enrollment, line
from tests.simulation.disk import SimStore
from tests.simulation.kafka import PARTITIONS
from tests.simulation.stages import SPECS

MIB = 1 << 20


def key_of(event: Event) -> bytes:
    return event["event_id"].encode()


def in_kafka(out: Out) -> int:
    """Bytes of the record, a little more than there will be."""
    headers = sum(len(name) + len(value or b"") + 12 for name, value in out.headers)
    return len(out.key) + len(out.value) + headers + 256


class Events:
    """The partition of one enrollment; each record gets the next offset."""

    def __init__(self, event: Event, *, astray: bool = False) -> None:
        spec = SPECS["enrollment"]
        self._key = key_of(event)
        self.rows: CachedRows[Any] = CachedRows(SimStore(), spec.codec)
        self.partition = (partition_of(self._key, PARTITIONS) + astray) % PARTITIONS
        self._fold = spec.fold(self.rows, self.partition)
        self._offset = 0

    def take(self, value: bytes, **fields: Any) -> list[Out]:
        """Outputs of one record; its key is the event's unless another is given."""
        record = Record(self._offset, 1_504_231_200_000, **{"key": self._key, "value": value} | fields)
        self._offset += 1
        assert self._fold.step(record) is None
        return self._fold.outputs()


def test_no_header_changes_a_verdict_or_an_output() -> None:
    event = enrollment("w1")
    plain, forged = Events(event), Events(event)
    headers = (("sambung-origin", b"inspection/9/99"), ("sambung-original-key", b"k"), (b"\xff", None))
    outputs = [events.take(line(event), headers=one) for events, one in ((plain, ()), (forged, headers))]
    assert outputs[0] == outputs[1] != []
    for events in (plain, forged):
        assert events.take(line(event | {"revision": -1}))[0].topic == "rejected"


def test_a_record_in_a_wrong_partition_is_sent_to_the_right_one_and_keeps_its_original() -> None:
    event = enrollment("w1")
    headers = ((b"\xff", None), ("h", b"\xfe"), ("sambung-origin", b"enrollment/1/x"), ("h", b""))
    astray = Events(event, astray=True)
    (out,) = astray.take(line(event), key=b"\x00key", headers=headers)
    assert (out.topic, out.key, out.value, out.partition) == ("enrollment", key_of(event), line(event), None)
    assert all(isinstance(name, str) for name, _ in out.headers)  # aiokafka can write no other
    home = Events(event)
    home.take(line(event | {"source": "later", "recorded_at": "2018-01-01T00:00:00Z"}))
    (refused,) = home.take(out.value, headers=out.headers)
    shown = decode_rejected(refused.value)
    assert shown.raw() == (b"\x00key", line(event), list(headers))
    assert (shown.topic, shown.partition, shown.offset) == ("enrollment", astray.partition, 0)


def test_a_row_with_any_headers_is_read_back_and_refused_with_them() -> None:
    event = enrollment("w1")
    headers = ((b"\xff", b"\xfe"), ("null", None), ("text", b"x"))
    events = Events(event)
    events.take(line(event), key=None, headers=headers)
    (row,) = events.rows.group(key_of(event)).values()
    assert decode_row(msgpack.encode(row)) == row
    *_, refused = events.take(line(event | {"source": "later", "recorded_at": "2018-01-01T00:00:00Z"}))[::-1]
    assert decode_rejected(refused.value).raw() == (None, line(event), list(headers))


def test_a_row_of_release_0_1_0_is_read_back() -> None:
    old = [3, 0, 5, b"key", b"{}", [["name", b"value"]], ["enrollment", 1, 2]]
    row = decode_row(msgpack.encode(old))
    assert (row.headers, row.position) == ((("name", b"value"),), ("enrollment", 1, 2))


@pytest.mark.parametrize(
    ("key", "headers"),
    [
        (b"k" * 100 * MIB, ()),
        (b"k", (("h", b"v" * 100 * MIB),)),
        (b"k" * 5 * MIB, (("h", b"v" * 5 * MIB),)),
        (b"k", (("", None),) * 2_000_000),
    ],
    ids=["a key", "a header", "both", "many headers"],
)
def test_what_a_compressed_record_may_hold_is_too_large_for_no_topic(
    key: bytes, headers: tuple[tuple[str, bytes | None], ...]
) -> None:
    event = enrollment("w1", source="x" * 60)
    value = line(event).ljust(MIB)
    (out,) = Events(event, astray=True).take(value, key=key, headers=headers)
    assert in_kafka(out) < 4 * MIB
    events = Events(event)
    events.take(value, key=key, headers=headers)
    ((rows, _),) = [events.rows.take_dirty()]
    assert all(len(key) + len(row) < 8 * MIB for key, row, _ in rows)
    later = line(event | {"source": "later", "recorded_at": "2018-01-01T00:00:00Z"})
    for out in (*events.take(later), *events.take(b"{", key=key, headers=headers)):
        assert in_kafka(out) < 8 * MIB
        hints = (b"left out:", b"sambung-left-out", b"sambung-packed-headers")
        assert out.topic != "rejected" or any(words in out.value for words in hints)


def test_a_resend_sends_nothing_and_writes_nothing() -> None:
    event = enrollment("w1", revision=3)
    events = Events(event)
    assert events.take(line(event))
    events.rows.take_dirty()
    assert events.take(line(event)) == []
    assert events.take(line(dict(reversed(event.items())))) == []  # spelled otherwise
    assert events.take(line(event | {"revision": 2, "place": "34.04.01"})) == []
    assert events.rows.take_dirty() == ([], [])


def test_a_later_revision_carries_its_own_offset_whatever_revisions_were_left_out() -> None:
    event = enrollment("w1", person=None)
    events = Events(event)
    events.take(line(event))
    events.take(line(event))
    events.take(line(event | {"revision": 9, "place": "34.04.01"}))
    (row,) = events.rows.group(event["event_id"].encode()).values()
    assert (row.version, row.revision) == (2, 9)

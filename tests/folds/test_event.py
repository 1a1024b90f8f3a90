"""What the stage of an event says when the event comes again."""

from typing import Any

from streams.engine.rows import CachedRows
from streams.engine.sending import partition_of
from streams.step import Out, Record
from tests.builders import Event, enrollment, line
from tests.simulation.disk import SimStore
from tests.simulation.kafka import PARTITIONS
from tests.simulation.stages import STAGES


class Events:
    """The partition of one enrollment; each record gets the next offset."""

    def __init__(self, event: Event) -> None:
        spec = STAGES["enrollment"]
        self._key = event["event_id"].encode()
        self.rows: CachedRows[Any] = CachedRows(SimStore(), spec.codec)
        self._fold = spec.fold(self.rows, partition_of(self._key, PARTITIONS))
        self._offset = 0

    def take(self, value: bytes) -> list[Out]:
        """What is said of one record."""
        record = Record(self._offset, 1_504_231_200_000, self._key, value)
        self._offset += 1
        assert self._fold.step(record) is None
        return self._fold.outputs()


def test_a_resend_says_nothing_and_writes_nothing() -> None:
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

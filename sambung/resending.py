"""Refused records as they are sent again."""

from collections.abc import Iterable

from models.intake.raw_bytes import text_to_bytes
from sinks.refused import Item, Outcome
from streams.attribution.origin import Original, headers_to_resend
from streams.engine.kafka.sending import partition_of
from streams.engine.records import KeyValue, Records


def records_to_resend(items: Iterable[Item], partitions: int) -> Records:
    """The original records of items that are ready, each with a header of its original position."""
    records: dict[tuple[str, int], list[KeyValue]] = {}
    for item in items:
        if item.outcome is Outcome.READY and item.event is not None:
            key = item.event.event_id.encode()
            target = item.event.type, partition_of(key, partitions)
            records.setdefault(target, []).append(
                (key, text_to_bytes(item.record.value) or b"", _own_headers(item))
            )
    return records


def _own_headers(item: Item) -> tuple[tuple[str, bytes], ...]:
    record = item.record
    if record.topic is None:
        return ()
    key, value, headers = record.raw()
    original = Original(key, tuple(headers), (record.topic, record.partition or 0, record.offset or 0))
    return headers_to_resend(original, value or b"")

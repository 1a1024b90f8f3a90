"""Notifications about what a stage sends and checkpoints, and the age of the input behind its outputs.

A flush sends a run of records to each partition. The last record of each run to a further stage carries a
header: the timestamp of the oldest external record that any output of the flush goes back to. So the last
stage can measure the time from a publish to its results, for the oldest record of a batch: never too low.
One header per run costs nothing beside its records; one per record would.
"""

from collections.abc import Collection, Mapping
from typing import Final, Protocol

from streams.engine.records import KeyValue, Poll, Records

ORIGIN_TIME: Final = "since"
"""Name of that header. Its value: milliseconds since the epoch, in decimal."""
_MOST_DIGITS: Final = 19
"""Digits of the largest timestamp that a record can have."""


class Observer(Protocol):
    """Called afterwards, on the event loop; must be quick and never raise."""

    def sent(self, stage: str, records: Records, origin_ms: int | None) -> None:
        """Outputs were acknowledged. `origin_ms`: timestamp of the oldest external record behind them."""
        ...

    def checkpointed(self, stage: str, took_s: float) -> None: ...


class Unobserved:
    """An observer that ignores everything."""

    def sent(self, stage: str, records: Records, origin_ms: int | None) -> None: ...
    def checkpointed(self, stage: str, took_s: float) -> None: ...


def oldest_origin_ms(poll: Poll, *, external_input: bool) -> int | None:
    """Timestamp of the oldest external record that this poll goes back to; None if that is unknown."""
    if external_input:
        first = poll.oldest_ms
        return first if first > 0 else None
    carried = (record.headers for record in poll.records if record.headers)
    times = [int(v) for headers in carried for name, v in headers if name == ORIGIN_TIME and _is_time(v)]
    return min(times, default=None)


def _is_time(value: bytes | None) -> bool:
    """True if it is a time as we write it; any other client may use the header too, and is ignored."""
    return value is not None and len(value) <= _MOST_DIGITS and value.isdigit()


def earlier(one: int | None, other: int | None) -> int | None:
    return min(one, other) if one is not None and other is not None else one if other is None else other


def stamp_origin_time(
    records: Mapping[tuple[str, int], list[KeyValue]], origin_ms: int | None, topics: Collection[str]
) -> None:
    """Add the header to the last record of each run to these topics."""
    if origin_ms is not None:
        for (topic, _), run in records.items():
            if topic in topics:
                key, value, headers = run[-1]
                run[-1] = key, value, (*headers, (ORIGIN_TIME, b"%d" % origin_ms))

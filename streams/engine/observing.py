"""What a stage lets others see of it when it sends or makes durable; and how old the causes of outputs are.

The last record of each run that a stage sends to the next one carries in a header the timestamp of the
oldest record from outside that anything in what it sends goes back to. So the last stage knows how long it
took from a publish to what follows from it: for the oldest of a batch, hence never too little. One header a
batch is free beside its records; one a record would not be.
"""

from collections.abc import Collection, Mapping
from typing import Final, Protocol

from streams.engine.records import KeyValue, Poll, Records

SINCE: Final = "since"
"""The header: milliseconds since the epoch, in decimal."""
_MOST_DIGITS: Final = 19
"""Of any timestamp that a record can have."""


class Observer(Protocol):
    """Called after the fact, on the event loop; must be quick and never raise."""

    def sent(self, stage: str, records: Records, since_ms: int | None) -> None:
        """Outputs were acknowledged; since when their oldest cause is there."""
        ...

    def checkpointed(self, stage: str, took_s: float) -> None: ...


class Unobserved:
    """Nobody looks."""

    def sent(self, stage: str, records: Records, since_ms: int | None) -> None: ...
    def checkpointed(self, stage: str, took_s: float) -> None: ...


def oldest_origin_ms(poll: Poll, *, from_outside: bool) -> int | None:
    """Since when the oldest record from outside is there that this poll goes back to, as far as it tells."""
    if from_outside:
        first = poll.oldest_ms
        return first if first > 0 else None
    carried = (record.headers for record in poll.records if record.headers)
    told = [int(value) for headers in carried for name, value in headers if name == SINCE and _is_time(value)]
    return min(told, default=None)


def _is_time(value: bytes | None) -> bool:
    """Whether somebody here wrote it; a header of another's says nothing, and stops nothing."""
    return value is not None and len(value) <= _MOST_DIGITS and value.isdigit()


def older(one: int | None, other: int | None) -> int | None:
    return min(one, other) if one is not None and other is not None else one if other is None else other


def stamp_origin_time(
    records: Mapping[tuple[str, int], list[KeyValue]], since_ms: int | None, topics: Collection[str]
) -> None:
    """Let the last record of each run to these topics carry it."""
    if since_ms is not None:
        for (topic, _), run in records.items():
            if topic in topics:
                key, value, headers = run[-1]
                run[-1] = key, value, (*headers, (SINCE, b"%d" % since_ms))

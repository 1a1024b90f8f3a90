"""What a sink process tells its worker: messages, one per line of its standard output."""

from collections.abc import Callable
from typing import Final

import msgspec

from sinks.base import Applied, Positions

Offsets = list[tuple[str, int, int]]
"""Topic, partition, next offset to read."""


class AtWork(msgspec.Struct, tag="at_work"):
    """It has the store's lock and reads."""

    generation: int
    """Of the stream that the store follows."""
    offsets: Offsets


class Began(msgspec.Struct, tag="began"):
    """It has read a batch and is writing it."""


class Wrote(msgspec.Struct, tag="wrote"):
    """The store has the batch."""

    offsets: Offsets
    applied: Applied
    took_s: float


class Away(msgspec.Struct, tag="away"):
    """The store could not take the batch, which is tried again."""

    trouble: str
    """Why, as a sentence."""


class Failure(msgspec.Struct, tag="failure"):
    """The process ends."""

    sentence: str


Message = AtWork | Began | Wrote | Away | Failure
Tell = Callable[[Message], None]

_encode: Final = msgspec.json.Encoder().encode
_decode: Final = msgspec.json.Decoder(Message).decode


def offsets_of(positions: Positions) -> Offsets:
    return [(*log, offset) for log, offset in positions.items()]


def positions_of(offsets: Offsets) -> dict[tuple[str, int], int]:
    return {(topic, partition): offset for topic, partition, offset in offsets}


def line_of(message: Message) -> bytes:
    return _encode(message) + b"\n"


def message_in(line: bytes) -> Message | None:
    """None for a line that is no message."""
    try:
        return _decode(line)
    except msgspec.MsgspecError:
        return None

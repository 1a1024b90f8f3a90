"""What the stream's process tells the supervisor, line by line."""

from typing import Final

import msgspec


class Rebuilding(msgspec.Struct, tag="rebuilding"):
    """The store's archive is being fed to a new broker; the tables stay as they were."""


class Counting(msgspec.Struct, tag="counting"):
    """What is journaled is counted from now on."""

    known: int
    """Events of the archive that were fed."""
    seconds: float
    """Since the stream's process began."""
    advice: str = ""
    """What to do before the events are too many; empty while they are few."""


class Damaged(msgspec.Struct, tag="damaged"):
    """A part of the journal was left out."""

    sentence: str


State = Rebuilding | Counting | Damaged

_encode: Final = msgspec.json.Encoder().encode
_decode: Final = msgspec.json.Decoder(State).decode


def told(state: State) -> bytes:
    return _encode(state) + b"\n"


def state_in(line: bytes) -> State | None:
    """None for a line that is no state."""
    try:
        return _decode(line)
    except msgspec.MsgspecError:
        return None
